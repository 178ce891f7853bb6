import type { CommandContext } from "../command.ts";
import { CommandError } from "../errors.ts";
import { resolvePods, selectPods } from "../target.ts";
import { requestEnvoy } from "./dump.ts";

const LEVELS = ["trace", "debug", "info", "warning", "error", "critical", "off"];
/** Go's short names that istioctl takes too. */
const ALIASES: Readonly<Record<string, string>> = { warn: "warning", none: "off" };
const DEFAULT_LEVEL = "warning";

/** `proxy-config log`: shows the loggers of the proxies, after changing those that --level or --reset name. */
export async function log(context: CommandContext): Promise<void> {
  const { args } = context;
  const [target] = args.operands;
  const selector = args.text("selector");
  if (target === undefined && selector === undefined)
    throw new CommandError("log requires pod name or --selector");
  if (args.flag("reset") && args.text("level"))
    throw new CommandError("--level cannot be combined with --reset");
  if (!["short", undefined].includes(args.text("output")))
    throw new CommandError("--output is not applicable for this command");
  const changes = changesOf(context);
  const namespace = args.text("namespace");
  const pods =
    selector === undefined
      ? await resolvePods(context.access(), target ?? "", namespace)
      : await selectPods(context.access(), namespace, selector);
  const before = await Promise.all(
    pods.map((pod) => requestEnvoy(context, pod, { method: "POST", path: "logging" })),
  );
  for (const change of changes) {
    const [name = ""] = change.split("=");
    const known = before.every((answer) => new RegExp(`^ *${escaped(name)}: `, "m").test(answer));
    if (name !== "level" && !known) throw new CommandError(`unrecognized logger name: ${name}`);
  }
  for (const [index, pod] of pods.entries()) {
    let answer = before[index] ?? "";
    for (const change of changes)
      answer = await requestEnvoy(context, pod, { method: "POST", path: `logging?${change}` });
    context.stdout(`${pod.name}.${pod.namespace}:\n${answer.trimEnd()}\n\n`);
  }
}

/** Queries for Envoy's /logging: `level=debug` for all, `rbac=debug` for one. */
function changesOf({ args }: CommandContext): string[] {
  if (args.flag("reset")) return [`level=${DEFAULT_LEVEL}`];
  const wanted = args.text("level");
  if (!wanted) return [];
  return wanted.split(",").map((part) => {
    const at = part.search(/[:=]/);
    const name = at < 0 ? "level" : part.slice(0, at);
    const given = part.slice(at + 1);
    const level = ALIASES[given] ?? given;
    if (!LEVELS.includes(level)) throw new CommandError(`unrecognized logging level: ${given}`);
    return `${name}=${level}`;
  });
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
