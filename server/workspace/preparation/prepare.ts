import type { CommandOptions, CommandOutcome } from "./run-command.ts";

/** What a lab wants to find when it is opened. */
export interface LabPreparation {
  readonly istioProfile?: string | undefined;
  readonly commands: readonly string[];
}

export interface PrepareDeps {
  readonly istioVersion: string;
  /** The profile that the running cluster came with. */
  readonly installedProfile: string | undefined;
  readonly run: (command: string, options: CommandOptions) => Promise<CommandOutcome>;
  readonly options: CommandOptions;
  readonly progress: (detail: string) => void;
}

export type PrepareOutcome =
  | { readonly kind: "prepared" }
  | { readonly kind: "failed"; readonly detail: string };

/** Brings a lab's start about. Every command is safe to repeat, so a preparation that was cut off just runs again. */
export async function prepareLab(lab: LabPreparation, deps: PrepareDeps): Promise<PrepareOutcome> {
  const { istioProfile } = lab;
  if (istioProfile && istioProfile !== deps.installedProfile) {
    deps.progress(`Installing Istio ${deps.istioVersion} (${istioProfile} profile) …`);
    const outcome = await deps.run(`istioctl install --set profile=${istioProfile} -y`, deps.options);
    if (outcome.kind === "failed") return failure("Istio could not be installed", outcome);
  }
  for (const [index, command] of lab.commands.entries()) {
    deps.progress(`Preparing the lab (${index + 1} of ${lab.commands.length}) …`);
    const outcome = await deps.run(command, deps.options);
    if (outcome.kind === "failed")
      return failure(`The lab's preparation "${firstLine(command)}" failed`, outcome);
  }
  return { kind: "prepared" };
}

function failure(what: string, { why, output }: { why: string; output: string }): PrepareOutcome {
  const said = output.trim().split("\n").slice(-3).join(" · ");
  return { kind: "failed", detail: `${what} (${why})${said ? `: ${said}` : "."}` };
}

function firstLine(command: string): string {
  const line = command.trim().split("\n")[0] ?? "";
  return line.length > 80 ? `${line.slice(0, 79)}…` : line;
}
