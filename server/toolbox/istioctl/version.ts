import { z } from "zod";
import { gatesFor, isIstioVersion } from "../../cluster/istio/install/index.ts";
import { getJson } from "../kube/client.ts";
import { execInPod } from "../kube/exec.ts";
import type { Command, CommandContext } from "./command.ts";
import { CommandError } from "./errors.ts";
import { askIstiods, istiodPods, REVISION } from "./istiod.ts";
import { atLeast } from "./release.ts";
import { toYaml } from "./text/yaml.ts";

const buildInfo = z.object({
  version: z.string(),
  revision: z.string().default(""),
  golang_version: z.string().default(""),
  status: z.string().default("Clean"),
  tag: z.string().default(""),
});
type BuildInfo = z.infer<typeof buildInfo>;

const syncz = z.array(
  z.object({
    proxy: z.string().optional(),
    proxy_type: z.string().optional(),
    istio_version: z.string().optional(),
  }),
);

/** `istioctl version`: client, control plane, data plane (facts: pkg/version/cobra.go, istioctl/pkg/version). */
export const version: Command = {
  name: "version",
  short: "Prints out build version information",
  usage: "version [flags]",
  flags: [
    { name: "output", short: "o", type: "string" },
    { name: "remote", type: "bool" },
    { name: "short", short: "s", type: "bool" },
    REVISION,
  ],
  run,
};

async function run(context: CommandContext): Promise<void> {
  const output = context.args.text("output");
  if (output && output !== "json" && output !== "yaml")
    throw new CommandError("--output must be 'yaml' or 'json'");
  const mesh = context.args.flag("remote") === false ? undefined : await remote(context);
  if (output === "json") context.stdout(`${JSON.stringify(report(context, mesh), null, 2)}\n`);
  else if (output === "yaml") context.stdout(toYaml(report(context, mesh)));
  else printLines(context, mesh);
}

interface ControlPlane {
  readonly revision: string;
  readonly info: BuildInfo;
}

interface MeshVersions {
  readonly controlPlane: readonly ControlPlane[];
  readonly proxies: readonly { readonly id: string; readonly version: string; readonly type: string }[];
}

/** Undefined when there is no istiod, said on stderr; a cluster that does not answer is said there too. */
async function remote(context: CommandContext): Promise<MeshVersions | undefined> {
  const { istioNamespace } = context;
  const revision = context.args.text("revision");
  try {
    const access = context.access();
    const pods = await istiodPods(access, istioNamespace, revision);
    if (pods.length === 0) {
      context.stderr(
        atLeast(context.version, "1.23")
          ? `Istio is not present in the cluster: no running Istio pods in namespace "${istioNamespace}"\n`
          : `no ready Istio pods in "${istioNamespace}"\n`,
      );
      return undefined;
    }
    const controlPlane = await Promise.all(
      pods.map(async (pod) => {
        const answer = await execInPod(access, {
          ...pod,
          pod: pod.name,
          container: "discovery",
          command: ["pilot-discovery", "request", "GET", "/version"],
        });
        const info =
          answer.exitCode === 0
            ? buildInfo.parse(JSON.parse(answer.stdout))
            : { ...infoOf(await imageTag(context, pod)), revision: "unknown" };
        return { revision: pod.revision, info };
      }),
    );
    const answers = await askIstiods(access, { istioNamespace, path: "/debug/syncz", revision });
    const proxies = answers.flatMap(({ body }) => syncz.parse(JSON.parse(body)));
    return {
      controlPlane,
      proxies: proxies.map((proxy) => ({
        id: proxy.proxy ?? "",
        version: proxy.istio_version ?? "unknown",
        type: proxy.proxy_type === "router" ? "gateway" : (proxy.proxy_type ?? ""),
      })),
    };
  } catch (error) {
    context.stderr(`${error instanceof Error ? error.message : error}\n`);
    return undefined;
  }
}

async function imageTag(context: CommandContext, pod: { namespace: string; name: string }): Promise<string> {
  const schema = z.object({ spec: z.object({ containers: z.array(z.object({ image: z.string() })) }) });
  const { spec } = await getJson(context.access(), `/api/v1/namespaces/${pod.namespace}/pods/${pod.name}`, {
    schema,
  });
  return spec.containers[0]?.image.split(":").at(-1) ?? "unknown";
}

function printLines(context: CommandContext, mesh: MeshVersions | undefined): void {
  const long = context.args.flag("short") === false;
  const said = (info: BuildInfo) => (long ? longForm(info) : info.version);
  const prefix = mesh || atLeast(context.version, "1.23");
  context.stdout(`${prefix ? "client version: " : ""}${said(infoOf(context.version))}\n`);
  if (!mesh) return;
  if (long) {
    for (const { info } of mesh.controlPlane) context.stdout(`pilot version: ${longForm(info)}\n`);
    for (const { id, version: release, type } of mesh.proxies)
      context.stdout(
        `data plane version: version.ProxyInfo{ID:"${id}", IstioVersion:"${release}", Type:"${type}"}\n`,
      );
    return;
  }
  const releases = mesh.controlPlane.map(({ info }) => info.version);
  const one = new Set(releases).size === 1;
  for (const release of one ? releases.slice(0, 1) : releases)
    context.stdout(`${one ? "control plane" : "pilot"} version: ${release}\n`);
  const counts = new Map<string, number>();
  for (const proxy of mesh.proxies) counts.set(proxy.version, (counts.get(proxy.version) ?? 0) + 1);
  const list = [...counts]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([release, count]) => `${release} (${count} proxies)`);
  context.stdout(`data plane version: ${list.length ? list.join(", ") : "none"}\n`);
}

/** Which Go built a release is not recorded here: golang_version stays empty. */
const infoOf = (release: string): BuildInfo => ({
  version: release,
  revision: isIstioVersion(release) ? gatesFor(release).gitRevision : "unknown",
  golang_version: "",
  status: "Clean",
  tag: release,
});

/** Go's %#v of version.BuildInfo. */
const longForm = (info: BuildInfo): string =>
  `version.BuildInfo{Version:"${info.version}", GitRevision:"${info.revision}", GolangVersion:"${info.golang_version}", BuildStatus:"${info.status}", GitTag:"${info.tag}"}`;

function report(context: CommandContext, mesh: MeshVersions | undefined): object {
  return {
    clientVersion: infoOf(context.version),
    ...(mesh && {
      meshVersion: mesh.controlPlane.map(({ revision, info }) => ({
        Component: "pilot",
        Revision: revision,
        Info: info,
      })),
      dataPlaneVersion: mesh.proxies.map(({ id, version: release, type }) => ({
        ID: id,
        IstioVersion: release,
        Type: type,
      })),
    }),
  };
}
