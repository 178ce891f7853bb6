import { getJson } from "../../kube/client.ts";
import type { LabelSelector, Webhook } from "../analyze/index.ts";
import type { Command, CommandContext } from "../command.ts";
import { CommandError } from "../errors.ts";
import { resolvePod } from "../target.ts";
import { hooks, INJECTION_LABEL, isIstioHook, type Labels, marked, matches, revisionOf } from "./hooks.ts";

/** `istioctl experimental check-inject`: why a pod is injected, or is not. Follows istioctl/pkg/checkinject. */
export const checkInject: Command = {
  name: "check-inject",
  short:
    "Check the injection status or inject-ability of a given resource, explains why it is (or will be) injected or not",
  usage: "check-inject [<type>/]<name>[.<namespace>] [flags]",
  flags: [{ name: "labels", short: "l", type: "string", usage: "Labels of a pod that is not there yet" }],
  run,
};

interface Verdict {
  readonly injected: boolean;
  readonly reason: string;
}

async function run(context: CommandContext): Promise<void> {
  const { args } = context;
  const pairs = args.text("labels");
  if (args.operands.length > 1 || (args.operands.length === 0 && !pairs))
    throw new CommandError(
      "check-inject requires only [<resource-type>/]<resource-name>[.<namespace>], or specify labels flag",
    );
  const own = args.text("namespace") ?? context.access().namespace;
  const [target] = args.operands;
  const pod = target === undefined ? undefined : await resolvePod(context.access(), target, own);
  const podLabels = pod
    ? await labelsOf(context, `/namespaces/${pod.namespace}/pods/${pod.name}`)
    : parsed(pairs);
  const namespaceLabels = await labelsOf(context, `/namespaces/${pod?.namespace ?? own}`);
  const rows = (await hooks(context.access())).filter(isIstioHook).map((hook) => ({
    name: hook.metadata.name,
    revision: revisionOf(hook),
    ...verdict(hook.webhooks, podLabels, namespaceLabels),
  }));
  if (rows.length === 0) context.stdout("ERROR: no Istio injection hooks present.\n");
  else context.stdout(shown(rows));
  if (rows.filter(({ injected }) => injected).length > 1)
    context.stdout("ERROR: multiple webhooks will inject, which can lead to errors");
}

async function labelsOf(context: CommandContext, path: string): Promise<Labels> {
  return (await getJson(context.access(), `/api/v1${path}`, { schema: marked })).metadata.labels;
}

function parsed(pairs = ""): Labels {
  return Object.fromEntries(
    pairs.split(",").map((pair) => {
      const [key = "", value] = pair.split("=");
      if (value === undefined) throw new CommandError(`couldn't parse the selector string "${pairs}"`);
      return [key.trim(), value.trim()];
    }),
  );
}

export function verdict(webhooks: readonly Webhook[], pod: Labels, namespace: Labels): Verdict {
  for (const webhook of webhooks) {
    const found = ofWebhook(webhook, pod, namespace);
    if (found) return found;
  }
  const deactivated = webhooks.some(
    ({ namespaceSelector, objectSelector }) => isNever(namespaceSelector) && isNever(objectSelector),
  );
  if (deactivated)
    return { injected: false, reason: "The injection webhook is deactivated, and will never match labels." };
  const wanted = (selectors: readonly LabelSelector[]) => selectors.flatMap(wantedLabels).join(", ");
  const namespaces = wanted(webhooks.map(({ namespaceSelector }) => namespaceSelector));
  const pods = wanted(webhooks.map(({ objectSelector }) => objectSelector));
  return { injected: false, reason: `No matching namespace labels (${namespaces}) or pod labels (${pods})` };
}

/** Undefined when this webhook says neither yes nor why not. */
function ofWebhook(
  { namespaceSelector, objectSelector }: Webhook,
  pod: Labels,
  namespace: Labels,
): Verdict | undefined {
  const [byNamespace, byPod] = [matches(namespaceSelector, namespace), matches(objectSelector, pod)];
  if (byNamespace && byPod) {
    const [ofNamespace, ofPod] = [decisive(namespaceSelector, namespace), decisive(objectSelector, pod)];
    const everywhere = ofNamespace.includes("kubernetes.io/metadata.name")
      ? " (Automatic injection is enabled in all namespaces)."
      : "";
    if (ofNamespace && ofPod)
      return {
        injected: true,
        reason: `Namespace label ${ofNamespace} matches, and pod label ${ofPod} matches`,
      };
    if (ofNamespace) return { injected: true, reason: `Namespace label ${ofNamespace} matches${everywhere}` };
    return ofPod ? { injected: true, reason: `Pod label ${ofPod} matches` } : undefined;
  }
  if (byNamespace) {
    const against = (objectSelector?.matchExpressions ?? []).find(({ key, operator, values }) => {
      const value = pod[key];
      if (value === undefined) return false;
      return operator === "DoesNotExist" || (operator === "NotIn" && values.includes(value));
    });
    return (
      against && {
        injected: false,
        reason: `Pod has ${against.key}=${pod[against.key]} label, preventing injection`,
      }
    );
  }
  const said = namespace[INJECTION_LABEL];
  return byPod && said !== undefined && said !== "enabled"
    ? { injected: false, reason: `Namespace has ${INJECTION_LABEL}=${said} label, preventing injection` }
    : undefined;
}

/** The label on which a selector's answer hangs. */
function decisive(selector: LabelSelector, labels: Labels): string {
  const expression = (selector?.matchExpressions ?? []).find(
    ({ key, operator }) => (operator === "In" || operator === "NotIn") && labels[key] !== undefined,
  );
  return expression ? `${expression.key}=${labels[expression.key]}` : "";
}

const wantedLabels = (selector: LabelSelector): string[] =>
  (selector?.matchExpressions ?? [])
    .filter(({ operator }) => operator === "In")
    .flatMap(({ key, values }) => values.map((value) => `${key}=${value}`));

const isNever = (selector: LabelSelector): boolean =>
  selector?.matchLabels["istio.io/deactivated"] === "never-match";

const [GREEN, RED, END] = ["\u001b[32m", "\u001b[31m", "\u001b[0m"];

/** The sign is coloured always, and its column as wide as the sign with its colours (istioctl/pkg/writer/table). */
function shown(rows: readonly (Verdict & { readonly name: string; readonly revision: string })[]): string {
  const cells = rows.map(({ name, revision, injected, reason }) => [
    { text: name },
    { text: revision },
    { text: injected ? "✔" : "✘", colour: injected ? GREEN : RED },
    { text: reason },
  ]);
  const head = ["WEBHOOK", "REVISION", "INJECTED", "REASON"].map((text) => ({ text }));
  const all: { readonly text: string; readonly colour?: string }[][] = [head, ...cells];
  const painted = ({ text, colour }: { text: string; colour?: string }) =>
    colour ? `${colour}${text}${END}` : text;
  const widths = head.map((_, column) =>
    Math.max(...all.map((row) => Buffer.byteLength(painted(row[column] ?? { text: "" })))),
  );
  const line = (row: readonly { text: string; colour?: string }[]) =>
    row
      .map((cell, column) =>
        column === row.length - 1
          ? painted(cell)
          : painted(cell) + " ".repeat((widths[column] ?? 0) - cell.text.length + 2),
      )
      .join("");
  return all.map((row) => `${line(row)}\n`).join("");
}
