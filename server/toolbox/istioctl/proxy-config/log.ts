import type { CommandContext } from "../command.ts";
import { CommandError } from "../errors.ts";
import { podOf, requestEnvoy } from "./dump.ts";

const LEVELS = ["trace", "debug", "info", "warning", "error", "critical", "off"];
/** Go's short names that istioctl takes too. */
const ALIASES: Readonly<Record<string, string>> = { warn: "warning", none: "off" };
const DEFAULT_LEVEL = "warning";

/** `proxy-config log`: shows the proxy's loggers, after changing those that --level or --reset name. */
export async function log(context: CommandContext): Promise<void> {
  const changes = changesOf(context);
  const pod = await podOf(context, "log");
  let answer = await requestEnvoy(context, pod, { method: "POST", path: "logging" });
  for (const change of changes) {
    const [name = ""] = change.split("=");
    if (name !== "level" && !new RegExp(`^ *${name}: `, "m").test(answer))
      throw new CommandError(`unrecognized logger name: ${name}`);
    answer = await requestEnvoy(context, pod, { method: "POST", path: `logging?${change}` });
  }
  context.stdout(`${pod.name}.${pod.namespace}:\n${answer.trimEnd()}\n\n`);
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
