import { readFileSync } from "node:fs";
import { z } from "zod";
import { execInPod } from "../../kube/exec.ts";
import type { CommandContext } from "../command.ts";
import { CommandError } from "../errors.ts";
import type { Json } from "../json.ts";
import { type PodTarget, resolvePod } from "../target.ts";
import { toYaml } from "../text/yaml.ts";
import { toCamel } from "./camel.ts";

const object = z.record(z.string(), z.unknown());

const configDump = z.object({ configs: z.array(object) });

/** The sections of an Envoy config dump (envoy.admin.v3), with lowerCamelCase names, as istioctl prints them. */
export interface ConfigDump {
  /** As Envoy wrote it, for `proxy-config all -o json`. */
  readonly raw: unknown;
  section(type: string): Json;
}

export function parseDump(text: string): ConfigDump {
  const raw: unknown = JSON.parse(text);
  const { configs } = configDump.parse(raw);
  return {
    raw,
    section(type) {
      const found = configs.find((config) => String(config["@type"]).endsWith(`.${type}`));
      return found ? object.parse(toCamel(found)) : {};
    },
  };
}

/** Asks a pod's Envoy admin through `pilot-agent request`, which sidecars and gateways both have. */
export function askEnvoy(context: CommandContext, pod: PodTarget, path: string): Promise<string> {
  return requestEnvoy(context, pod, { method: "GET", path });
}

export async function requestEnvoy(
  context: CommandContext,
  pod: PodTarget,
  { method, path }: { readonly method: "GET" | "POST"; readonly path: string },
): Promise<string> {
  const { namespace, name } = pod;
  const command = ["pilot-agent", "request", method, path];
  const answer = await execInPod(context.access(), {
    namespace,
    pod: name,
    container: "istio-proxy",
    command,
  }).catch((error: unknown) => {
    // Upstream's words begin like this; what follows depends on its transport (a port forward) and is approximate here.
    throw new CommandError(
      `failed to execute command on ${name}.${namespace} sidecar: ${error instanceof Error ? error.message : error}`,
      { cause: error },
    );
  });
  if (answer.exitCode !== 0)
    throw new CommandError(
      `failed to execute command on ${name}.${namespace} sidecar: ${answer.stderr.trim()}`,
    );
  return answer.stdout;
}

/** The proxy's config dump: from the named pod, or from a file given with -f. */
export async function dumpOf(context: CommandContext, subcommand: string): Promise<ConfigDump> {
  const file = context.args.text("file");
  if (file) return parseDump(readFileSync(file === "-" ? 0 : file, "utf8"));
  return parseDump(await askEnvoy(context, await podOf(context, subcommand), "config_dump?include_eds"));
}

export async function podOf(context: CommandContext, subcommand: string): Promise<PodTarget> {
  const [target] = context.args.operands;
  if (!target) throw new CommandError(`${subcommand} requires pod name or --file parameter`);
  return resolvePod(context.access(), target, context.args.text("namespace"));
}

/** Prints a value as `-o json` does, with four blanks, or as `-o yaml` does: that JSON in YAML and a line end of its own. */
export function printValue(context: CommandContext, value: unknown): void {
  const yaml = context.args.text("output") === "yaml";
  context.stdout(`${yaml ? toYaml(value) : JSON.stringify(value, null, 4)}\n`);
}

/** `short`, `json` or `yaml`; anything else is refused in upstream's words. */
export function outputFormat(context: CommandContext): "short" | "json" | "yaml" {
  const output = context.args.text("output") ?? "short";
  if (output === "short" || output === "json" || output === "yaml") return output;
  throw new CommandError(`output format "${output}" not supported`);
}
