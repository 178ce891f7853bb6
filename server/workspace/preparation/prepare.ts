import { PREPARE_RETRY_MS } from "../limits.ts";
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
  /** Resolves after the pause, or at once when the signal aborts. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

export type PrepareOutcome =
  | { readonly kind: "prepared" }
  | { readonly kind: "failed"; readonly detail: string };

const ISTIO_IS_THERE =
  "kubectl get -n istio-system deployment/istiod deployment/istio-ingressgateway deployment/istio-egressgateway";
const ISTIO_IS_UP = "kubectl rollout status -n istio-system deployment/istiod --timeout=60s";

/** Brings a lab's start about. Every command is safe to repeat, so a preparation that was cut off just runs again. */
export async function prepareLab(lab: LabPreparation, deps: PrepareDeps): Promise<PrepareOutcome> {
  const { istioProfile } = lab;
  // A learner may have installed it in an earlier lab: what is there stays, with the settings they gave it.
  const wanted = istioProfile !== undefined && istioProfile !== deps.installedProfile;
  if (wanted && (await deps.run(ISTIO_IS_THERE, deps.options)).kind === "failed") {
    deps.progress(`Installing Istio ${deps.istioVersion} (${istioProfile} profile) …`);
    const outcome = await deps.run(`istioctl install --set profile=${istioProfile} -y`, deps.options);
    if (outcome.kind === "failed") return failure("Istio could not be installed", outcome);
  }
  if (istioProfile) {
    // The cluster says it is ready before its Istio is. Pods made before the injector would have no sidecar.
    deps.progress(`Waiting for Istio ${deps.istioVersion} …`);
    const outcome = await runPatiently(ISTIO_IS_UP, deps);
    if (outcome.kind === "failed") return failure("Istio did not come up", outcome);
  }
  return runInOrder(lab.commands, "Preparing the lab", deps);
}

export type RunDeps = Pick<PrepareDeps, "run" | "options" | "progress" | "sleep">;

/** Commands that are safe to repeat, one after the other, up to the first that will not succeed. */
export async function runInOrder(
  commands: readonly string[],
  what: string,
  deps: RunDeps,
): Promise<PrepareOutcome> {
  for (const [index, command] of commands.entries()) {
    deps.progress(`${what} (${index + 1} of ${commands.length}) …`);
    const outcome = await runPatiently(command, deps);
    if (outcome.kind === "failed") return failure(`${what}: "${firstLine(command)}" failed`, outcome);
  }
  return { kind: "prepared" };
}

/** A cluster that has just started may refuse for a moment (a webhook without endpoints yet); a repeat is harmless. */
async function runPatiently(command: string, deps: RunDeps): Promise<CommandOutcome> {
  for (const pause of PREPARE_RETRY_MS) {
    const outcome = await deps.run(command, deps.options);
    if (outcome.kind === "done" || deps.options.signal.aborted) return outcome;
    await deps.sleep(pause, deps.options.signal);
  }
  return deps.run(command, deps.options);
}

function failure(what: string, { why, output }: { why: string; output: string }): PrepareOutcome {
  const said = output.trim().split("\n").slice(-3).join(" · ");
  return { kind: "failed", detail: `${what} (${why})${said ? `: ${said}` : "."}` };
}

function firstLine(command: string): string {
  const line = command.trim().split("\n")[0] ?? "";
  return line.length > 80 ? `${line.slice(0, 79)}…` : line;
}
