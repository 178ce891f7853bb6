import { z } from "zod";
import { getText } from "../../kube/client.ts";
import { execInPod } from "../../kube/exec.ts";
import type { CommandContext } from "../command.ts";
import { toYaml } from "../text/yaml.ts";

/** A file of the report, by its path below bug-report/, without a leading slash. */
export type ReportFile = readonly [path: string, content: string];

const podList = z.object({
  items: z.array(
    z.object({
      metadata: z.object({
        name: z.string(),
        namespace: z.string(),
        labels: z.record(z.string(), z.string()).default({}),
        ownerReferences: z.array(z.object({ kind: z.string(), name: z.string() })).default([]),
      }),
      spec: z.object({
        containers: z.array(z.object({ name: z.string() })),
        initContainers: z.array(z.object({ name: z.string() })).default([]),
      }),
    }),
  ),
});

/** A container whose logs and pages belong into the report. */
export interface Reported {
  readonly namespace: string;
  readonly deployment: string;
  readonly pod: string;
  readonly container: "istio-proxy" | "discovery";
}

/** Namespaces that no proxy is looked for in (pkg/kube/inject IgnoredNamespaces). */
export const IGNORED = ["kube-node-lease", "kube-public", "kube-system", "local-path-storage"];

export async function reported(context: CommandContext): Promise<readonly Reported[]> {
  const { items } = podList.parse(JSON.parse(await getText(context.access(), "/api/v1/pods")));
  return items
    .filter(({ metadata }) => !IGNORED.includes(metadata.namespace))
    .flatMap(({ metadata, spec }): Reported[] => {
      const { name: pod, namespace } = metadata;
      const [owner] = metadata.ownerReferences;
      // A ReplicaSet is a deployment's, but for its hash.
      const deployment = owner?.kind === "ReplicaSet" ? owner.name.replace(/-[^-]+$/, "") : "";
      const containers = [...spec.initContainers, ...spec.containers].map(({ name }) => name);
      const of = { namespace, deployment, pod };
      if (containers.includes("istio-proxy")) return [{ ...of, container: "istio-proxy" }];
      const isIstiod = containers.includes("discovery") && metadata.labels.app === "istiod";
      return isIstiod ? [{ ...of, container: "discovery" }] : [];
    })
    .sort((a, b) => (pathOf(a) < pathOf(b) ? -1 : 1));
}

export const pathOf = ({ namespace, deployment, pod, container }: Reported): string =>
  [namespace, deployment, pod, container].join("/");

const PROXY_PAGES = [
  ...["certs", "clusters", "config_dump?include_eds", "listeners", "memory"],
  ...["server_info", "stats/prometheus", "runtime"],
];
const ISTIOD_PAGES = [
  ...["adsz", "clusterz", "endpointz", "mesh", "registryz", "syncz"].map((page) => `debug/${page}`),
  "metrics",
];

/** Log and pages of one container; what cannot be had is left out. */
export async function containerFiles(context: CommandContext, of: Reported): Promise<readonly ReportFile[]> {
  const { namespace, pod, container } = of;
  const proxy = container === "istio-proxy";
  const folder = `${proxy ? "proxies" : "istio"}/${namespace}/${pod}`;
  const pages = proxy ? PROXY_PAGES : ISTIOD_PAGES;
  const program = proxy ? "pilot-agent" : "pilot-discovery";
  const page = async (path: string): Promise<ReportFile> => {
    const command = [program, "request", "GET", path];
    const { stdout, exitCode } = await execInPod(context.access(), { namespace, pod, container, command });
    return [`${folder}/${path}`, exitCode === 0 ? stdout : ""];
  };
  const log = async (): Promise<ReportFile> => [
    `${folder}/${container}.log`,
    await getText(context.access(), `/api/v1/namespaces/${namespace}/pods/${pod}/log`, { container }),
  ];
  return settled([log(), ...pages.map(page)]);
}

const LISTS = [
  ...["pods", "services", "nodes", "namespaces", "endpoints", "configmaps", "events"].map(
    (plural) => `/api/v1/${plural}`,
  ),
  ...["deployments", "replicasets", "statefulsets", "daemonsets"].map((plural) => `/apis/apps/v1/${plural}`),
  "/apis/batch/v1/jobs",
  "/apis/networking.k8s.io/v1/ingresses",
  "/apis/discovery.k8s.io/v1/endpointslices",
  "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
  "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations",
  "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations",
];

const list = z.looseObject({ items: z.array(z.looseObject({ metadata: z.looseObject({}) })).default([]) });
const crdList = z.object({
  items: z.array(
    z.object({
      spec: z.object({
        group: z.string(),
        names: z.object({ plural: z.string() }),
        versions: z.array(z.object({ name: z.string(), served: z.boolean() })),
      }),
    }),
  ),
});

/** What the cluster holds, as YAML lists. */
export async function clusterFiles(
  context: CommandContext,
  { fullSecrets }: { readonly fullSecrets: boolean },
): Promise<readonly ReportFile[]> {
  const access = context.access();
  const read = async (path: string) => list.parse(JSON.parse(await getText(access, path))).items;
  const all = async (paths: readonly string[]) =>
    toYaml({ apiVersion: "v1", kind: "List", items: (await Promise.all(paths.map(read))).flat() });
  const crs = async () => {
    const path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    const { items } = crdList.parse(JSON.parse(await getText(access, path)));
    return all(
      items.map(({ spec }) => {
        const version = spec.versions.find(({ served }) => served)?.name ?? "";
        return `/apis/${spec.group}/${version}/${spec.names.plural}`;
      }),
    );
  };
  const secrets = async () => {
    const found = await read("/api/v1/secrets");
    if (fullSecrets) return toYaml({ apiVersion: "v1", kind: "List", items: found });
    const name = z.object({ namespace: z.string(), name: z.string() });
    const names = found.map(({ metadata }) => name.parse(metadata));
    return names.map(({ namespace, name: own }) => `${namespace}   ${own}\n`).join("");
  };
  const file = async (name: string, content: Promise<string>): Promise<ReportFile> => [
    `cluster/${name}`,
    await content,
  ];
  return settled([
    file("k8s-resources", all(LISTS)),
    file("crs", crs()),
    file("events", all(["/api/v1/events"])),
    file("nodes", all(["/api/v1/nodes"])),
    file("pods", all([`/api/v1/namespaces/${context.istioNamespace}/pods`])),
    file("secrets", secrets()),
    file("cluster-context", Promise.resolve(`${access.context ?? ""}\n${access.server.origin}\n`)),
  ]);
}

/** Those that could be had, and are not empty. */
async function settled(files: readonly Promise<ReportFile>[]): Promise<readonly ReportFile[]> {
  const found = await Promise.allSettled(files);
  return found.flatMap((one) => (one.status === "fulfilled" && one.value[1].trim() ? [one.value] : []));
}
