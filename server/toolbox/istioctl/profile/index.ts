import { existsSync } from "node:fs";
import { OperatorError, operatorSpec, UPSTREAM_PROFILES } from "../../../cluster/istio/install/index.ts";
import type { Command, CommandContext } from "../command.ts";
import { CommandError, Ended } from "../errors.ts";
import { CHARTS, DRY_RUN, MANIFESTS } from "../install/flags.ts";
import { readOperatorFile } from "../install/overlay.ts";
import { releaseGates } from "../release-gates.ts";
import { lineDiff } from "../text/line-diff.ts";
import { toYaml } from "../text/yaml.ts";
import { dump } from "./dump.ts";

const list: Command = {
  name: "list",
  short: "Lists available Istio configuration profiles",
  usage: "list [flags]",
  flags: [MANIFESTS, CHARTS, DRY_RUN],
  // On stderr, as cobra's own printing goes there (operator/cmd/mesh/profile-list.go).
  run: async ({ stderr }) =>
    stderr(
      ["Istio configuration profiles:", ...UPSTREAM_PROFILES.map((name) => `    ${name}`), ""].join("\n"),
    ),
};

const diff: Command = {
  name: "diff",
  short: "Diffs two Istio configuration profiles",
  usage: "diff <profile|file1.yaml> <profile|file2.yaml> [flags]",
  flags: [MANIFESTS, CHARTS, DRY_RUN],
  run: runDiff,
};

async function runDiff({ args, version, stdout }: CommandContext): Promise<void> {
  const [a, b] = args.operands;
  if (a === undefined || b === undefined || args.operands.length > 2)
    throw new CommandError("diff requires two profiles");
  const difference = lineDiff(operator(version, a), operator(version, b));
  if (!difference) {
    stdout("Profiles are identical\n");
    return;
  }
  stdout(`The difference between profiles:\n${difference}`);
  throw new Ended(1);
}

/** The merged IstioOperator of a profile, or of a file upon the default profile. */
function operator(version: string, profile: string): string {
  try {
    const isFile = profile.includes("/") || existsSync(profile);
    const overlay = isFile ? readOperatorFile(profile) : { profile };
    const spec = operatorSpec(releaseGates(version), overlay);
    const metadata = { creationTimestamp: null, namespace: "istio-system" };
    return toYaml({ apiVersion: "install.istio.io/v1alpha1", kind: "IstioOperator", metadata, spec });
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    throw new CommandError(`could not read ${JSON.stringify(profile)}: ${error.message}`, { cause: error });
  }
}

/** `istioctl profile`, in releases before 1.24. */
export const profile: Command = {
  name: "profile",
  short: "Commands related to Istio configuration profiles",
  subcommands: [diff, dump, list],
  before: "1.24",
};
