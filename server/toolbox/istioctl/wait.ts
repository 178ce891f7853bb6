import { z } from "zod";
import { getJson } from "../kube/client.ts";
import type { Command, CommandContext } from "./command.ts";
import { CommandError } from "./errors.ts";
import { askIstiods, REVISION } from "./istiod.ts";

/**
 * `istioctl experimental wait` of releases before 1.24 (istioctl/pkg/wait). istiod tracks what reached whom only where
 * PILOT_ENABLE_CONFIG_DISTRIBUTION_TRACKING is set, which these releases do not by themselves, and the practice istiod
 * never does: after all that is checked before, the command ends as upstream's does against such an istiod.
 */
export const wait: Command = {
  name: "wait",
  before: "1.24",
  short: "Wait for an Istio resource",
  usage: "wait [flags] <type> <name>[.<namespace>]",
  flags: [
    { name: "for", type: "string", usage: "Wait condition, must be 'distribution' or 'delete'" },
    { name: "timeout", type: "string", usage: "The duration to wait before failing" },
    { name: "threshold", type: "string", usage: "The ratio of distribution required for success" },
    { name: "generation", type: "string", usage: "Wait for a specific generation of config" },
    { name: "verbose", short: "v", type: "bool", usage: "enables verbose output" },
    REVISION,
  ],
  run,
};

/** The kinds that istiod is configured by, and where they are served (collections.Pilot). */
const KINDS: Readonly<Record<string, readonly [group: string, plural: string, version?: string]>> = {
  authorizationpolicy: ["security.istio.io", "authorizationpolicies"],
  destinationrule: ["networking.istio.io", "destinationrules"],
  envoyfilter: ["networking.istio.io", "envoyfilters", "v1alpha3"],
  gateway: ["networking.istio.io", "gateways"],
  peerauthentication: ["security.istio.io", "peerauthentications"],
  proxyconfig: ["networking.istio.io", "proxyconfigs"],
  requestauthentication: ["security.istio.io", "requestauthentications"],
  serviceentry: ["networking.istio.io", "serviceentries"],
  sidecar: ["networking.istio.io", "sidecars"],
  telemetry: ["telemetry.istio.io", "telemetries", "v1alpha1"],
  virtualservice: ["networking.istio.io", "virtualservices"],
  wasmplugin: ["extensions.istio.io", "wasmplugins", "v1alpha1"],
  workloadentry: ["networking.istio.io", "workloadentries"],
  workloadgroup: ["networking.istio.io", "workloadgroups"],
};

const DISABLED = "Pilot Version tracking is disabled";

async function run(context: CommandContext): Promise<void> {
  const { args } = context;
  const [type = "", name = ""] = args.operands;
  if (args.operands.length !== 2)
    throw new CommandError(`accepts 2 arg(s), received ${args.operands.length}`);
  const kind = KINDS[type.replaceAll("-", "").toLowerCase()];
  if (!kind) throw new CommandError(`type ${type} is not recognized`);
  const condition = args.text("for") ?? "distribution";
  if (condition === "delete") throw new CommandError("wait for delete is not yet implemented");
  if (condition !== "distribution")
    throw new CommandError(`--for must be 'delete' or 'distribution', got: ${condition}`);
  const target = await resource(context, kind, name);
  await askIstiods(context.access(), {
    istioNamespace: context.istioNamespace,
    path: `/debug/config_distribution?resource=${target}`,
    revision: args.text("revision"),
  }).catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CommandError(
      reason.includes(DISABLED)
        ? "pilot version tracking is disabled (To enable this feature, please set PILOT_ENABLE_CONFIG_DISTRIBUTION_TRACKING=true)"
        : `unable to query pilot for distribution (are you using pilot version >= 1.4 with config distribution tracking on): ${reason}`,
      { cause: error },
    );
  });
}

const metadata = z.object({ metadata: z.object({ generation: z.number().optional() }) });

/** Waits, as long as --timeout says, for the resource to be there; upstream's watch does the same. */
async function resource(
  context: CommandContext,
  [group, plural, version = "v1beta1"]: readonly [string, string, string?],
  operand: string,
): Promise<string> {
  const dot = operand.indexOf(".");
  const name = dot < 0 ? operand : operand.slice(0, dot);
  const access = context.access();
  const namespace = dot < 0 ? (context.args.text("namespace") ?? access.namespace) : operand.slice(dot + 1);
  const key = `${group}/${version}/${plural}/${namespace}/${name}`;
  if (context.args.text("generation")) return key;
  const path = `/apis/${group}/${version}/namespaces/${namespace}/${plural}/${name}`;
  const end = Date.now() + milliseconds(context.args.text("timeout") ?? "30s");
  for (;;) {
    const found = await getJson(access, path, { schema: metadata }).catch(() => undefined);
    if (found) return key;
    if (Date.now() >= end)
      throw new CommandError("unable to retrieve Kubernetes resource : context deadline exceeded");
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

const POLL_MS = 250;
const UNITS = { h: 3_600_000, m: 60_000, s: 1_000, ms: 1 } as const;

function milliseconds(text: string): number {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(h|ms|m|s)/g)];
  if (parts.length === 0 || parts.map(([part]) => part).join("") !== text)
    throw new CommandError(
      `invalid argument "${text}" for "--timeout" flag: time: invalid duration "${text}"`,
    );
  return parts.reduce((sum, [, amount, unit]) => {
    const factor = unit === "h" || unit === "m" || unit === "s" || unit === "ms" ? UNITS[unit] : 0;
    return sum + Number(amount) * factor;
  }, 0);
}
