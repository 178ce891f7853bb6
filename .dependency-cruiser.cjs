// The house plan as a machine reads it. Change the plan here first, then the code.
// Each layer of the practice cluster lists what it MAY import; everything else is refused.
const layers = {
  base: [],
  xds: ["base"],
  apimachinery: ["base"],
  apis: ["apimachinery", "base"],
  storage: ["base"],
  apiserver: ["apis", "apimachinery", "storage", "base"],
  client: ["apimachinery", "base"],
  controllers: ["client", "apis", "apimachinery", "base"],
  scheduler: ["client", "apis", "apimachinery", "base"],
  network: ["base"],
  // What a kubelet gives a program and a program gives back; types only.
  container: ["network", "base"],
  workloads: ["container", "network", "base"],
  kubelet: ["client", "apis", "apimachinery", "container", "network", "base"],
  istio: ["client", "apis", "apimachinery", "xds", "container", "network", "base"],
  envoy: ["xds", "container", "network", "base"],
  observability: ["client", "apimachinery", "container", "network", "base"],
  conformance: ["client", "apimachinery", "base"],
  // Tests of istiod's configuration as the proxies execute it, without a cluster around them.
  simulation: ["apiserver", "istio", "envoy", "xds", "network", "apimachinery", "base"],
};
const names = Object.keys(layers).join("|");
// What the web may see of the platform: faces that keep nothing in memory.
const statelessFaces = "^server/platform/(auth|labs|db)/index\\.ts$";

// What istioctl and the cluster's own installer both start from.
const releaseAsData = "^server/cluster/istio/install/index\\.ts$";

module.exports = {
  forbidden: [
    // Prisma writes its generated client in circles; it is a package that happens to lie here, and git-ignored.
    {
      name: "no-cycles",
      severity: "error",
      from: { pathNot: "^server/platform/db/generated/" },
      to: { circular: true },
    },
    {
      name: "contracts-import-nothing-of-ours",
      severity: "error",
      from: { path: "^server/contracts/" },
      to: { path: "^(app|components|prisma|e2e)/|^server/(?!contracts/)" },
    },
    {
      name: "components-never-import-server",
      severity: "error",
      from: { path: "^components/" },
      to: { path: "^(prisma|app)/|^server/(?!contracts/)" },
    },
    {
      name: "app-sees-stateless-faces-only",
      severity: "error",
      from: { path: "^app/" },
      to: { path: "^server/(?!contracts/)", pathNot: statelessFaces },
    },
    {
      name: "platform-reaches-clusters-by-kubeconfig-only",
      severity: "error",
      from: { path: "^server/(main\\.ts|platform/|workspace/)" },
      to: { path: "^server/cluster/" },
    },
    {
      name: "toolbox-reaches-clusters-by-kubeconfig-only",
      comment:
        "of the cluster it sees what a release of Istio installs: data, with no client and no clock in it",
      severity: "error",
      from: { path: "^server/toolbox/" },
      to: { path: "^server/cluster/", pathNot: releaseAsData },
    },
    {
      name: "a-release-is-data",
      severity: "error",
      from: { path: "^server/cluster/istio/install/", pathNot: "\\.test\\.ts$" },
      to: {
        path: "^server/cluster/",
        pathNot: "^server/cluster/istio/(install/|versions\\.ts$)|^server/cluster/apimachinery/index\\.ts$",
      },
    },
    {
      name: "cluster-stands-alone",
      severity: "error",
      from: { path: "^server/cluster/" },
      to: {
        path: "^(app|components|prisma|e2e)/|^server/(main\\.ts|contracts/|platform/|workspace/|toolbox/)",
      },
    },
    {
      name: "toolbox-stands-alone",
      severity: "error",
      from: { path: "^server/toolbox/" },
      to: { path: "^(app|components|prisma|e2e)/|^server/platform/" },
    },
    {
      name: "platform-modules-meet-at-their-faces",
      severity: "error",
      from: { path: "^server/platform/([^/]+)/" },
      to: { path: "^server/platform/", pathNot: "^server/platform/($1/|[^/]+/index\\.ts$)" },
    },
    {
      name: "workspace-sees-platform-faces-only",
      severity: "error",
      from: { path: "^server/workspace/" },
      to: { path: "^server/platform/", pathNot: "^server/platform/(kube|mesh|checks|labs)/index\\.ts$" },
    },
    {
      name: "only-db-imports-prisma",
      severity: "error",
      from: { path: "^(app|components|server)/", pathNot: "^server/platform/db/" },
      to: { path: "^prisma/|^server/platform/db/generated/|node_modules/(@prisma|prisma)/" },
    },
    {
      name: "only-terminals-import-node-pty",
      severity: "error",
      from: { pathNot: "^(server/workspace/terminals|bench|e2e)/" },
      to: { path: "node_modules/node-pty/" },
    },
    {
      name: "every-cluster-folder-has-a-layer",
      severity: "error",
      from: { path: "^server/cluster/[^/]+/", pathNot: `^server/cluster/(${names})/` },
      to: {},
    },
    {
      name: "nobody-imports-main",
      severity: "error",
      from: {},
      to: { path: "^server/(cluster/|workspace/)?main\\.ts$" },
    },
    ...Object.entries(layers).map(([layer, may]) => ({
      name: `cluster/${layer}`,
      severity: "error",
      comment: `server/cluster/${layer} may import: ${may.join(", ") || "nothing"}`,
      from: { path: `^server/cluster/${layer}/`, pathNot: "\\.test\\.ts$" },
      to: { path: "^server/cluster/", pathNot: `^server/cluster/(${[layer, ...may].join("|")})/` },
    })),
  ],
  options: {
    parser: "swc",
    tsPreCompilationDeps: true, // type-only imports count too
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^(\\.next|\\.types|dist)/" },
    enhancedResolveOptions: { extensions: [".ts", ".tsx", ".js", ".mjs"] },
  },
};
