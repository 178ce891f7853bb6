import type { LabAction, LabActionPreview, WorkspaceStatus } from "../contracts/index.ts";
import { notFound, unavailable } from "./errors.ts";
import type { LabsPort, StepSolution } from "./labs-port.ts";
import { MAX_LOST_NAMED } from "./limits.ts";
import type { OwnWork } from "./own-work.ts";
import type { LabPreparation, PrepareOutcome } from "./preparation/index.ts";

/** What actions need of the workspace. */
export interface LabActionsDeps {
  readonly labs: Pick<LabsPort, "preparation" | "solutions">;
  readonly realCluster: boolean;
  readonly status: () => WorkspaceStatus;
  /** Runs commands in the learner's folder, telling `what` as the status meanwhile. */
  readonly run: (commands: readonly string[], what: string) => Promise<PrepareOutcome>;
  /** Ends the practice cluster, forgets what it held, and prepares a new one for the lab. */
  readonly startAfresh: (lab: string, preparation: LabPreparation) => Promise<void>;
  readonly failed: (detail: string) => void;
  readonly work: Pick<OwnWork, "names" | "keep">;
}

/** Help with a lab: solve a step, jump to one, begin again. One at a time: two solutions at once would undo each other. */
export class LabActions {
  private underWay: Promise<void> | undefined;

  constructor(private readonly deps: LabActionsDeps) {}

  async preview(action: LabAction): Promise<LabActionPreview> {
    if (action.action === "reset") return this.previewReset(action);
    const steps = await this.stepsFor(action);
    const commands = steps.flatMap((step) => [...step.commands]);
    const titles = steps.map(({ title }) => `“${title}”`).join(", ");
    const note =
      steps.length === 0
        ? "This is the first step: nothing has to be done for it."
        : `The solution of ${titles} is run in your folder. It may be run again; it changes nothing twice.`;
    return { commands, notes: [note], lost: [] };
  }

  private async previewReset({
    lab,
    step,
  }: Extract<LabAction, { action: "reset" }>): Promise<LabActionPreview> {
    const { commands } = await this.preparationOf(lab);
    const before = step === undefined ? [] : await this.stepsFor({ lab, action: "jump", step });
    const lost = await this.deps.work.names().catch(() => undefined);
    const titles = before.map(({ title }) => `“${title}”`).join(", ");
    return {
      commands: [...commands, ...before.flatMap((one) => [...one.commands])],
      notes: [
        "The practice cluster is made anew: everything that was applied to it is gone.",
        ...(titles === ""
          ? []
          : [`Then the solution of ${titles} is run, so that this step begins as it should.`]),
        "Your terminals and files stay as they are; certificates and tokens that the preparation makes may be replaced.",
        ...(lost ? [] : ["What you changed in the cluster cannot be listed just now: it does not answer."]),
      ],
      lost: [...(lost ?? [])].slice(0, MAX_LOST_NAMED),
    };
  }

  /** Starts and returns; the workspace's status tells how it goes. */
  async act(action: LabAction): Promise<WorkspaceStatus> {
    if (this.underWay) throw unavailable("The last request for help is still being carried out.");
    const work = await this.begin(action);
    this.underWay = work()
      .catch((error: unknown) => this.deps.failed(error instanceof Error ? error.message : String(error)))
      .finally(() => {
        this.underWay = undefined;
      });
    return this.deps.status();
  }

  /** Resolves when nothing is under way. */
  async settled(): Promise<void> {
    await this.underWay;
  }

  /** Whatever can be refused is refused here, before anything is changed. */
  private async begin(action: LabAction): Promise<() => Promise<void>> {
    if (action.action === "reset") {
      const { deps } = this;
      if (deps.realCluster)
        throw unavailable(
          "A real cluster is not Meshwork's to throw away: only a practice cluster is reset.",
        );
      const { lab, step, keep } = action;
      const preparation = await this.preparationOf(lab);
      const before = step === undefined ? [] : await this.stepsFor({ lab, action: "jump", step });
      return async () => {
        // What cannot be kept is not thrown away: then this fails, and everything stays.
        if (keep) await deps.work.keep();
        await deps.startAfresh(lab, preparation);
        await this.bringAbout(before, "Bringing about the steps before");
      };
    }
    const steps = await this.stepsFor(action);
    const what = action.action === "solve" ? "Solving the step" : "Bringing about the steps before";
    return () => this.bringAbout(steps, what);
  }

  private async bringAbout(steps: readonly StepSolution[], what: string): Promise<void> {
    const commands = steps.flatMap((step) => [...step.commands]);
    if (commands.length === 0) return;
    const outcome = await this.deps.run(commands, what);
    if (outcome.kind === "failed") this.deps.failed(outcome.detail);
  }

  private async stepsFor({ lab, action, step }: Exclude<LabAction, { action: "reset" }>) {
    const steps = await this.deps.labs.solutions(lab);
    const at = steps?.findIndex((one) => one.step === step) ?? -1;
    if (!steps || at < 0) throw notFound(`Lab "${lab}" has no step "${step}".`);
    const wanted: readonly StepSolution[] = action === "solve" ? steps.slice(at, at + 1) : steps.slice(0, at);
    return wanted;
  }

  private async preparationOf(lab: string): Promise<LabPreparation> {
    const preparation = await this.deps.labs.preparation(lab);
    if (!preparation) throw notFound(`There is no lab "${lab}".`);
    return preparation;
  }
}
