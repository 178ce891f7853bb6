import { loadAll } from "js-yaml";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { runIstioctl } from "../testing/fake-api.ts";
import { temporaryFile } from "../testing/temporary-file.ts";

const run = (line: string) => runIstioctl(line.split(" ").filter(Boolean));
const objects = z.array(
  z
    .object({ kind: z.string(), metadata: z.object({ name: z.string() }).loose() })
    .loose()
    .nullish(),
);

async function generated(line: string) {
  const { stdout, stderr, exitCode } = await run(`manifest generate ${line}`);
  expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 0 });
  const all = objects.parse(loadAll(stdout)).filter((one) => one !== null && one !== undefined);
  const find = (kind: string, name: string) =>
    all.find((one) => one.kind === kind && one.metadata.name === name);
  return { stdout, all, find };
}

/** The value at a path in what was generated; for containers and their like by position. */
function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((here, key) => {
    const entry =
      typeof here === "object" && here !== null ? new Map(Object.entries(here)).get(String(key)) : undefined;
    return entry;
  }, value);
}
const CONTAINER = ["spec", "template", "spec", "containers", 0] as const;

describe("manifest generate", () => {
  it("is in the order in which it may be applied", async () => {
    const { all } = await generated("--set profile=demo");
    const kinds = all.map(({ kind }) => kind).filter((kind, index, list) => kind !== list[index - 1]);
    expect(kinds).toEqual([
      "CustomResourceDefinition",
      "ServiceAccount",
      "ClusterRole",
      "ClusterRoleBinding",
      "ValidatingWebhookConfiguration",
      "ConfigMap",
      "MutatingWebhookConfiguration",
      "Deployment",
      "PodDisruptionBudget",
      "Role",
      "RoleBinding",
      "Service",
    ]);
  });

  it("shows the injector awake, without the installer's labels and its tag", async () => {
    const { find, all } = await generated("");
    const injector = find("MutatingWebhookConfiguration", "istio-sidecar-injector");
    expect(at(injector, "webhooks", 0, "namespaceSelector", "matchExpressions", 0)).toEqual({
      key: "istio.io/rev",
      operator: "In",
      values: ["default"],
    });
    expect(injector?.metadata.labels).toEqual({
      app: "sidecar-injector",
      "install.operator.istio.io/owning-resource": "unknown",
      "istio.io/rev": "default",
      "operator.istio.io/component": "Pilot",
      release: "istio",
    });
    expect(all.map(({ metadata }) => metadata.name)).not.toContain("istio-revision-tag-default");
  });

  it.each([
    [
      "meshConfig.outboundTrafficPolicy.mode=REGISTRY_ONLY",
      ["ConfigMap", "istio", "data", "mesh"],
      "outboundTrafficPolicy:\n  mode: REGISTRY_ONLY",
    ],
    [
      "values.global.proxy.logLevel=debug",
      ["ConfigMap", "istio-sidecar-injector", "data", "values"],
      '"logLevel": "debug"',
    ],
    [
      "values.pilot.traceSampling=50",
      ["Deployment", "istiod", ...CONTAINER, "env"],
      '{"name":"PILOT_TRACE_SAMPLING","value":"50"}',
    ],
    [
      "components.pilot.k8s.resources.requests.memory=64Mi",
      ["Deployment", "istiod", ...CONTAINER, "resources"],
      '"memory":"64Mi"',
    ],
    [
      "values.pilot.env.PILOT_TRACE=x",
      ["Deployment", "istiod", ...CONTAINER, "env"],
      '{"name":"PILOT_TRACE","value":"x"}',
    ],
    ["values.pilot.autoscaleMax=3", ["HorizontalPodAutoscaler", "istiod", "spec"], '"maxReplicas":3'],
    [
      "values.gateways.istio-ingressgateway.type=NodePort",
      ["Service", "istio-ingressgateway", "spec"],
      '"type":"NodePort"',
    ],
    [
      "components.ingressGateways[0].k8s.serviceAnnotations.a\\.b/c=d",
      ["Service", "istio-ingressgateway", "metadata", "annotations"],
      '{"a.b/c":"d"}',
    ],
    [
      "hub=example.com/mesh",
      ["Deployment", "istiod", ...CONTAINER, "image"],
      "example.com/mesh/pilot:1.21.6",
    ],
  ] as const)("--set %s", async (flag, [kind, name, ...path], part) => {
    const { find } = await generated(`--set ${flag}`);
    const value = at(find(kind, name), ...path);
    expect(typeof value === "string" ? value : JSON.stringify(value)).toContain(part);
  });

  it("takes files, flags upon them, and a revision", async () => {
    const file = temporaryFile(
      "apiVersion: install.istio.io/v1alpha1\nkind: IstioOperator\nspec:\n  profile: minimal\n  meshConfig:\n    accessLogFile: /dev/stdout\n    enableTracing: false\n",
    );
    const { all, find } = await generated(
      `-f ${file.path} --set meshConfig.enableTracing=true --revision canary`,
    );
    file.dispose();
    expect(all.filter(({ kind }) => kind === "Deployment").map(({ metadata }) => metadata.name)).toEqual([
      "istiod-canary",
    ]);
    expect(at(find("ConfigMap", "istio-canary"), "data", "mesh")).toContain(
      "accessLogFile: /dev/stdout\ndefaultConfig:\n  discoveryAddress: istiod-canary.istio-system.svc:15012",
    );
    expect(at(find("ConfigMap", "istio-canary"), "data", "mesh")).toContain("enableTracing: true");
    const injector = find("MutatingWebhookConfiguration", "istio-sidecar-injector-canary");
    expect(at(injector, "webhooks", 0, "clientConfig", "service", "name")).toBe("istiod-canary");
  });

  it.each(["demo", "minimal", "preview"])("takes back what profile dump prints of %s", async (profile) => {
    const dumped = temporaryFile((await run(`profile dump ${profile}`)).stdout);
    expect((await generated(`-f ${dumped.path}`)).stdout).toBe(
      (await generated(`--set profile=${profile}`)).stdout,
    );
    dumped.dispose();
  });

  it("one component", async () => {
    const { all } = await generated("--component IngressGateways");
    expect(new Set(all.map(({ metadata }) => metadata.name))).toEqual(
      new Set(["istio-ingressgateway", "istio-ingressgateway-sds", "istio-ingressgateway-service-account"]),
    );
  });

  it.each([
    ["--set profile", "set flag profile has incorrect format, must be path=value"],
    ["--set profile=ambient", "profile ambient is not supported by the practice cluster yet"],
    [
      "--set meshConfg.accessLogFile=x",
      'could not unmarshal merged YAML: unknown field "meshConfg" in v1alpha1.IstioOperatorSpec',
    ],
    [
      "--set meshConfig.accesLogFile=x",
      'could not unmarshal merged YAML: unknown field "accesLogFile" in v1alpha1.MeshConfig',
    ],
    [
      "--set values.pilot.nodeSelector.a=b",
      "values.pilot.nodeSelector.a is not supported by the practice cluster's installer",
    ],
    [
      "--set components.cni.enabled=true",
      "components.cni.enabled is not supported by the practice cluster's installer",
    ],
    [
      "--set values.global.istioNamespace=mesh",
      "values.global.istioNamespace is not supported by the practice cluster's installer",
    ],
    ["--set revision=Not_A_Label", "invalid revision specified: Not_A_Label"],
    [
      "--component Nope",
      "incorrect component name: Nope. Valid options: [Base Pilot Cni IstiodRemote Ztunnel IngressGateways EgressGateways]",
    ],
    ["x", 'generate accepts no positional arguments, got []string{"x"}'],
  ])("refuses %s", async (flags, message) => {
    expect(await run(`manifest generate ${flags}`)).toEqual({
      exitCode: 1,
      stdout: "",
      stderr: `Error: ${message}\n`,
    });
  });
});

describe("manifest diff", () => {
  const text = (image: string, extra = "") =>
    `apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: a\n  namespace: n\nspec:\n  image: ${image}\n  replicas: 1\n${extra}`;

  it("names the objects and paths that changed", async () => {
    const a = temporaryFile(text("x:1", "---\nkind: Service\napiVersion: v1\nmetadata:\n  name: s\n"));
    const b = temporaryFile(text("x:2"));
    expect(await run(`manifest diff ${a.path} ${b.path}`)).toEqual({
      exitCode: 1,
      stderr: "",
      stdout: `Differences in manifests are:


Object Deployment:n:a has diffs:

spec:
  image: x:1 -> x:2


Object Service::s is missing in B:


`,
    });
    expect((await run(`manifest diff ${a.path} ${b.path} --ignore Service:*:*,Deployment:n:a`)).stdout).toBe(
      "Manifests are identical\n",
    );
    expect(await run(`manifest diff ${a.path} ${a.path} --select Service:*:s`)).toEqual({
      exitCode: 0,
      stderr: "",
      stdout: "Manifests are identical\n",
    });
    a.dispose();
    b.dispose();
  });

  it("refuses what it cannot read", async () => {
    expect((await run("manifest diff /no/a /no/b")).stderr).toBe(
      'Error: could not read "/no/a": open /no/a: no such file or directory\n',
    );
    expect((await run("manifest diff one")).stderr).toBe("Error: diff requires two files or directories\n");
  });
});

it("1.29 has neither profiles nor diffs", async () => {
  for (const [line, parents] of [
    ["profile list", "istioctl"],
    ["verify-install", "istioctl"],
    ["manifest diff a b", "istioctl manifest"],
  ] as const) {
    const { exitCode, stderr } = await runIstioctl(line.split(" "), undefined, "1.29.6");
    const word = line.split(" ")[parents === "istioctl" ? 0 : 1];
    expect(exitCode).toBe(64);
    expect(stderr.split("\n")[0]).toBe(`Error: unknown command "${word}" for "${parents}"`);
  }
});
