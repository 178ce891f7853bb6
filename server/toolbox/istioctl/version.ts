import { z } from "zod";
import { getJson } from "../kube/client.ts";
import { execInPod } from "../kube/exec.ts";
import type { Command, CommandContext } from "./command.ts";
import { CommandError, notSupported } from "./errors.ts";
import { askIstiods, istiodPods } from "./istiod.ts";
import { atLeast } from "./release.ts";
import { toYaml } from "./text/yaml.ts";

const buildInfo = z.object({ version: z.string() }).loose();
const syncz = z.array(
  z.object({ proxy: z.string().optional(), istio_version: z.string().optional() }).loose(),
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
    { name: "revision", type: "string" },
  ],
  run,
};

async function run(context: CommandContext): Promise<void> {
  const output = context.args.text("output");
  if (output && output !== "json" && output !== "yaml")
    throw new CommandError("--output must be 'yaml' or 'json'");
  if (context.args.text("revision") !== undefined) throw notSupported("version --revision");
  if (context.args.flag("short") === false) throw notSupported("version --short=false");
  const mesh = context.args.flag("remote") === false ? undefined : await remote(context);
  if (output === "json") context.stdout(`${JSON.stringify(report(context, mesh), null, 2)}\n`);
  else if (output === "yaml") context.stdout(toYaml(report(context, mesh)));
  else printLines(context, mesh);
}

interface MeshVersions {
  readonly controlPlane: readonly string[];
  readonly proxies: readonly { readonly id: string; readonly version: string }[];
}

/** Undefined when there is no istiod, said on stderr; a cluster that does not answer is said there too. */
async function remote(context: CommandContext): Promise<MeshVersions | undefined> {
  try {
    const access = context.access();
    const pods = await istiodPods(access, context.istioNamespace);
    if (pods.length === 0) {
      context.stderr(
        atLeast(context.version, "1.23")
          ? `Istio is not present in the cluster: no running Istio pods in namespace "${context.istioNamespace}"\n`
          : `no ready Istio pods in "${context.istioNamespace}"\n`,
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
        return answer.exitCode === 0 ? buildInfoOf(answer.stdout) : imageTag(context, pod);
      }),
    );
    const answers = await askIstiods(access, {
      istioNamespace: context.istioNamespace,
      path: "/debug/syncz",
    });
    const proxies = answers.flatMap(({ body }) => syncz.parse(JSON.parse(body)));
    return {
      controlPlane,
      proxies: proxies.map((proxy) => ({ id: proxy.proxy ?? "", version: proxy.istio_version ?? "unknown" })),
    };
  } catch (error) {
    context.stderr(`${error instanceof Error ? error.message : error}\n`);
    return undefined;
  }
}

function buildInfoOf(json: string): string {
  return buildInfo.parse(JSON.parse(json)).version;
}

async function imageTag(context: CommandContext, pod: { namespace: string; name: string }): Promise<string> {
  const schema = z.object({ spec: z.object({ containers: z.array(z.object({ image: z.string() })) }) });
  const { spec } = await getJson(context.access(), `/api/v1/namespaces/${pod.namespace}/pods/${pod.name}`, {
    schema,
  });
  return spec.containers[0]?.image.split(":").at(-1) ?? "unknown";
}

function printLines(context: CommandContext, mesh: MeshVersions | undefined): void {
  const prefix = mesh || atLeast(context.version, "1.23");
  context.stdout(`${prefix ? "client version: " : ""}${context.version}\n`);
  if (!mesh) return;
  for (const controlPlane of [...new Set(mesh.controlPlane)])
    context.stdout(`control plane version: ${controlPlane}\n`);
  const counts = new Map<string, number>();
  for (const proxy of mesh.proxies) counts.set(proxy.version, (counts.get(proxy.version) ?? 0) + 1);
  const list = [...counts]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([release, count]) => `${release} (${count} proxies)`);
  context.stdout(`data plane version: ${list.length ? list.join(", ") : "none"}\n`);
}

function report(context: CommandContext, mesh: MeshVersions | undefined): object {
  const info = (release: string) => ({
    version: release,
    revision: "",
    golang_version: "",
    status: "Clean",
    tag: release,
  });
  return {
    clientVersion: info(context.version),
    ...(mesh && {
      meshVersion: mesh.controlPlane.map((release) => ({ Component: "pilot", Info: info(release) })),
      dataPlaneVersion: mesh.proxies.map(({ id, version: release }) => ({ ID: id, IstioVersion: release })),
    }),
  };
}
