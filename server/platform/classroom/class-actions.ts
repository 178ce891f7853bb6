import { randomUUID } from "node:crypto";
import type {
  ClassAction,
  ClassActionNews,
  ClassActionPreview,
  ClassActionRequest,
  ClassActionResult,
  LabAction,
  LabActionPreview,
  ReadAnswer,
} from "../../contracts/index.ts";
import type { Database } from "../db/index.ts";
import { taughtClass } from "./class-rights.ts";
import { inParallel } from "./in-parallel.ts";
import { ACTIONS_AT_A_TIME } from "./limits.ts";
import { ClassroomRefusal } from "./refusal.ts";

/** What an action needs of a workspace that runs. */
export interface ActedOn {
  act(action: LabAction): Promise<unknown>;
  previewAction(action: LabAction): Promise<LabActionPreview>;
  apply(text: string): Promise<ReadAnswer<"manifest:apply">>;
  diff(text: string): Promise<ReadAnswer<"manifest:diff">>;
}

export interface ClassActionsDeps {
  readonly db: () => Promise<Database>;
  /** The learner's workspace if it runs; none is started for an action. */
  readonly running: (learner: string) => Promise<ActedOn | undefined>;
  readonly publishAction: (news: ClassActionNews) => void;
  readonly failed: (error: unknown) => void;
}

/** One action in many learners' workspaces: shown first, written down for each, and told for each how it went. */
export class ClassActions {
  /** Classes in which an action is under way. */
  private readonly busy = new Set<string>();

  constructor(private readonly deps: ClassActionsDeps) {}

  async preview(viewer: string, request: ClassActionRequest): Promise<ClassActionPreview> {
    const learners = await this.judged(viewer, request);
    const found = await Promise.all(learners.map((learner) => this.deps.running(learner)));
    const running = found.filter((workspace) => workspace !== undefined);
    const [first] = running;
    const counts = { reached: running.length, notRunning: learners.length - running.length };
    if (!first) return { ...counts, sample: "", notes: ["No workspace of these learners runs."] };
    return { ...counts, ...(await sampleOf(first, request.action)) };
  }

  /** Answers when it has begun; the results follow as news. */
  async start(viewer: string, request: ClassActionRequest): Promise<{ run: string }> {
    const learners = await this.judged(viewer, request);
    const { class: classroom, action } = request;
    if (this.busy.has(classroom))
      throw new ClassroomRefusal("too-many", "The last action in this class is still being carried out.");
    this.busy.add(classroom);
    const run = randomUUID();
    const results: ClassActionResult[] = [];
    const tell = (finished: boolean) =>
      this.deps.publishAction({
        class: classroom,
        run,
        results: [...results],
        of: learners.length,
        finished,
      });
    const each = async (learner: string) => {
      const result = await this.one(learner, action);
      results.push(result);
      const detail = { class: classroom, run, action: toldOf(action), outcome: result.outcome };
      await (await this.deps.db()).audit({
        actor: viewer,
        action: `class-${action.kind}`,
        subject: learner,
        detail,
      });
      tell(false);
    };
    inParallel(learners, ACTIONS_AT_A_TIME, each)
      .catch(this.deps.failed)
      .finally(() => {
        this.busy.delete(classroom);
        tell(true);
      });
    return { run };
  }

  private async one(learner: string, action: ClassAction): Promise<ClassActionResult> {
    try {
      const workspace = await this.deps.running(learner);
      if (!workspace) return { learner, outcome: "not-running", said: "The workspace does not run." };
      if (action.kind !== "apply") {
        await workspace.act(labActionOf(action));
        return { learner, outcome: "done", said: "Begun; the board shows how it goes." };
      }
      const { applied, output } = await workspace.apply(action.manifest);
      return { learner, outcome: applied ? "done" : "refused", said: output.slice(0, 500) };
    } catch (error) {
      return { learner, outcome: "refused", said: error instanceof Error ? error.message : String(error) };
    }
  }

  /** The learners that were named, all of them of this class, which is the viewer's. */
  private async judged(
    viewer: string,
    { class: classroom, learners }: ClassActionRequest,
  ): Promise<string[]> {
    const db = await this.deps.db();
    const { state } = await taughtClass(db, viewer, classroom);
    if (state !== "open") throw new ClassroomRefusal("bad-request", "The class is not open.");
    const members = new Set(await db.classes.members(classroom, "learner"));
    const wanted = [...new Set(learners)];
    if (wanted.some((learner) => !members.has(learner)))
      throw new ClassroomRefusal("not-found", "One of them does not learn in this class.");
    return wanted;
  }
}

async function sampleOf(
  workspace: ActedOn,
  action: ClassAction,
): Promise<{ sample: string; notes: string[] }> {
  if (action.kind !== "apply") {
    const { commands, notes } = await workspace.previewAction(labActionOf(action));
    return { sample: commands.join("\n"), notes };
  }
  const diff = await workspace.diff(action.manifest);
  if (diff.kind === "refused") throw new ClassroomRefusal("bad-request", diff.message.slice(0, 2_000));
  if (diff.kind === "same") return { sample: "", notes: ["The first learner's cluster has this already."] };
  return {
    sample: diff.diff.slice(0, 8_000),
    notes: ["The difference it makes in the first learner's cluster."],
  };
}

const labActionOf = (action: Exclude<ClassAction, { kind: "apply" }>): LabAction =>
  action.kind === "jump"
    ? { action: "jump", lab: action.lab, step: action.step }
    : { action: "reset", lab: action.lab };

const toldOf = (action: ClassAction): string =>
  action.kind === "apply"
    ? action.manifest.slice(0, 2_000)
    : [action.lab, action.kind === "jump" && action.step].filter(Boolean).join("/");
