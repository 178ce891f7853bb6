import {
  at,
  isTree,
  type Json,
  leaves,
  operatorSpec,
  type Tree,
} from "../../../cluster/istio/install/index.ts";
import type { Command, CommandContext } from "../command.ts";
import { CommandError } from "../errors.ts";
import { CHARTS, DRY_RUN, FILENAME, MANIFESTS } from "../install/flags.ts";
import { asCommandError, pathSteps, readOverlay } from "../install/overlay.ts";
import { releaseGates } from "../release-gates.ts";
import { toYaml } from "../text/yaml.ts";

const FORMATS = ["json", "yaml", "flags"];

/** `istioctl profile dump` (operator/cmd/mesh/profile-dump.go): the merged IstioOperator, whole or below a path. */
export const dump: Command = {
  name: "dump",
  short: "Dumps an Istio configuration profile",
  usage: "dump [<profile>] [flags]",
  flags: [
    ...[FILENAME, MANIFESTS, CHARTS, DRY_RUN],
    { name: "config-path", short: "p", type: "string" },
    { name: "output", short: "o", type: "string" },
  ],
  run,
};

async function run({ args, version, stdout }: CommandContext): Promise<void> {
  const [profile, ...more] = args.operands;
  if (more.length > 0) throw new CommandError("too many positional arguments");
  if (profile && args.text("filename"))
    throw new CommandError("cannot specify both profile name and filename flag");
  const format = args.text("output") ?? "yaml";
  if (!FORMATS.includes(format)) throw new CommandError(`unknown output format: ${format}`);
  const spec = asCommandError(() => {
    const overlay = readOverlay(args);
    return operatorSpec(releaseGates(version), profile ? { ...overlay, profile } : overlay);
  });
  const path = args.text("config-path");
  if (path) stdout(`${shown(below(spec, path), format)}\n`);
  else if (format === "flags") stdout(`${shown(spec, format)}\n`);
  else stdout(`${shown({ apiVersion: "install.istio.io/v1alpha1", kind: "IstioOperator", spec }, format)}\n`);
}

function below(spec: Tree, path: string): Json {
  const steps = pathSteps(path);
  const missing = steps.findIndex((_, index) => at(spec, ...steps.slice(0, index + 1)) === undefined);
  if (missing >= 0) throw new CommandError(`path not found at element ${steps[missing]} in path ${path}`);
  return at(spec, ...steps) ?? null;
}

function shown(value: Json, format: string): string {
  if (format === "yaml") return toYaml(value);
  if (format === "json") return JSON.stringify(sorted(value), null, 4);
  return flags(value).join("\n");
}

/** As Go writes a mapping: by key, at every level. */
function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isTree(value)) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, one]) => [key, sorted(one)]));
}

/** What `--set` would have to say. Empty mappings and lists say nothing. */
function flags(value: Json): readonly string[] {
  return leaves(value)
    .filter(({ value: leaf }) => typeof leaf !== "object" || leaf === null)
    .map(({ path, value: leaf }) => {
      const steps = path.map((step, index) =>
        typeof step === "number" ? `[${step}]` : `${index > 0 ? "." : ""}${step.replaceAll(".", "\\.")}`,
      );
      return `${steps.join("")}=${typeof leaf === "string" ? JSON.stringify(leaf) : leaf}`;
    })
    .sort();
}
