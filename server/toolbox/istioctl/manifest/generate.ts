import type { ComponentManifest } from "../../../cluster/istio/install/index.ts";
import type { Command, CommandContext } from "../command.ts";
import { CommandError, notSupported } from "../errors.ts";
import { CHARTS, DRY_RUN, FILENAME, FORCE, MANIFESTS, REVISION, SET } from "../install/flags.ts";
import { asCommandError, readOverlay } from "../install/overlay.ts";
import { planInstall } from "../install/plan.ts";
import { toYaml } from "../text/yaml.ts";

const COMPONENTS = ["Base", "Pilot", "Cni", "IstiodRemote", "Ztunnel", "IngressGateways", "EgressGateways"];

/** `istioctl manifest generate`: what would be installed, as charts say it, without a cluster. */
export const generate: Command = {
  name: "generate",
  short: "Generates an Istio install manifest",
  usage: "generate [flags]",
  flags: [
    ...[FILENAME, SET, REVISION, FORCE, DRY_RUN, MANIFESTS, CHARTS],
    { name: "output", short: "o", type: "string" },
    { name: "component", type: "string" },
    { name: "cluster-specific", type: "bool" },
  ],
  run,
};

async function run({ args, version, stdout }: CommandContext): Promise<void> {
  if (args.operands.length > 0)
    throw new CommandError(
      `generate accepts no positional arguments, got []string{${args.operands.map((one) => JSON.stringify(one)).join(", ")}}`,
    );
  if (args.text("output")) throw notSupported("istioctl manifest generate --output");
  const plan = asCommandError(() => planInstall(version, readOverlay(args)));
  const all = plan.components({ isDefault: false, asCharts: true });
  const asked = args.all("component").flatMap((value) => value.split(","));
  const unknown = asked.find((name) => !COMPONENTS.includes(name));
  if (unknown !== undefined)
    throw new CommandError(`incorrect component name: ${unknown}. Valid options: [${COMPONENTS.join(" ")}]`);
  const chosen = asked.length > 0 ? all.filter(({ component }) => asked.includes(component)) : all;
  for (const object of inOrder(chosen.flatMap(({ objects }) => objects))) stdout(`${toYaml(object)}\n---\n`);
}

type Objects = ComponentManifest["objects"];

/** Which kinds come first (operator/pkg/object DefaultObjectOrder). */
const ORDER: Readonly<Record<string, number>> = {
  CustomResourceDefinition: -1_000,
  ServiceAccount: 1,
  ClusterRole: 1,
  ClusterRoleBinding: 2,
  ValidatingWebhookConfiguration: 3,
  ConfigMap: 100,
  HorizontalPodAutoscaler: 1_001,
  Service: 10_000,
};
const REST = 1_000;

function inOrder(objects: Objects): Objects {
  const group = (apiVersion: string) => (apiVersion.includes("/") ? apiVersion.split("/")[0] : "");
  const key = ({ apiVersion, kind, metadata }: Objects[number]) =>
    [group(apiVersion), kind, metadata.name].join(" ");
  return objects.toSorted((a, b) => {
    const score = (ORDER[a.kind] ?? REST) - (ORDER[b.kind] ?? REST);
    return score !== 0 ? score : key(a) < key(b) ? -1 : 1;
  });
}
