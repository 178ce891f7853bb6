import { isDeepStrictEqual } from "node:util";
import type { Logger } from "pino";
import type { ConditionResult, StepConditions } from "../contracts/index.ts";
import { type CheckRunner, createBashRunner, createCheckRunner } from "../platform/checks/index.ts";
import { type OpenKubeCluster, openKubeCluster } from "../platform/kube/index.ts";
import { loadLab } from "../platform/labs/index.ts";
import { createMeshGraphReader, type MeshGraphReader } from "../platform/mesh/index.ts";
import { notFound, unavailable } from "./errors.ts";
import type { LabsPort, StepRef } from "./labs-port.ts";
import type { CommandOptions } from "./preparation/index.ts";
import { configurationKinds } from "./reads/index.ts";
import { asOf, Timeline } from "./timeline/index.ts";

export interface PlatformLabsDeps {
  readonly contentDir: string | undefined;
  /** The release of the learner's cluster: a lab's text and solutions may differ by it. */
  readonly istioVersion: string;
  readonly kubeconfig: string;
  readonly context: string | undefined;
  /** The learner's folder and variables as they are now. */
  readonly command: () => Pick<CommandOptions, "cwd" | "env" | "enclosure">;
  /** Where a check looks for its programs, and its variables: see ShellEnvironment. */
  readonly checks: () => { readonly path: string; readonly env: Readonly<Record<string, string>> };
  readonly changed: (conditions: StepConditions) => void;
  readonly log: Logger;
}

interface Joined {
  readonly cluster: OpenKubeCluster;
  readonly runner: CheckRunner;
  readonly graph: MeshGraphReader;
}

/** Joins the workspace to the platform's labs, checks and graph, which run here: beside the kubeconfig. */
export function platformLabs(deps: PlatformLabsDeps): LabsPort {
  const joint = new Joint(deps);
  const watcher = new StepWatcher(deps, joint);
  const timeline = new Timeline({ kinds: configurationKinds, now: Date.now });
  const joined = () =>
    joint.join().catch((error: unknown) => {
      throw unavailable(`The cluster cannot be reached yet: ${messageOf(error)}`);
    });
  return {
    async preparation(lab) {
      return (await definition(deps, lab))?.prepare;
    },
    async solutions(lab) {
      return (await definition(deps, lab))?.steps.map(({ id, title, solve }) => ({
        step: id,
        title,
        commands: solve,
      }));
    },
    async check(ref) {
      const step = await stepOf(deps, ref);
      try {
        const { runner } = await joint.join();
        return of(ref, [...(await runner.evaluate(step, joint.signal))]);
      } catch (error) {
        return of(ref, unknownResults(step.conditions, error));
      }
    },
    watch: (ref) => watcher.watch(ref),
    async graph(request) {
      const { graph, cluster } = await joined();
      const { at } = request;
      if (at === undefined) return graph.graph(request);
      // A look back sees the configuration of then, as far as it was followed.
      return createMeshGraphReader({ cluster: asOf(cluster, timeline, at), now: Date.now }).graph(request);
    },
    async timeline() {
      const { cluster } = await joined();
      timeline.follow(cluster, joint.signal);
      return timeline;
    },
    async cluster() {
      const { cluster } = await joined();
      return { cluster, life: joint.signal };
    },
    clusterReady() {
      joint.reset();
      watcher.again();
    },
    stop() {
      watcher.stop();
      joint.reset();
    },
  };
}

/** The open way to the cluster, made when first needed and made anew when the cluster was restarted. */
class Joint {
  private joined: Promise<Joined> | undefined;
  private life = new AbortController();

  constructor(private readonly deps: PlatformLabsDeps) {}

  /** Aborts with the cluster that it was asked for. */
  get signal(): AbortSignal {
    return this.life.signal;
  }

  join(): Promise<Joined> {
    this.joined ??= this.open().catch((error: unknown) => {
      this.joined = undefined;
      throw error;
    });
    return this.joined;
  }

  reset(): void {
    this.life.abort();
    this.life = new AbortController();
    this.joined?.then(
      ({ cluster }) => cluster.close(),
      () => undefined,
    );
    this.joined = undefined;
  }

  private async open(): Promise<Joined> {
    const { kubeconfig, context, command, checks } = this.deps;
    const cluster = await openKubeCluster({ kubeconfig, context });
    const graph = createMeshGraphReader({ cluster, now: Date.now });
    const { cwd, env, enclosure } = command();
    const runner = createCheckRunner({
      ...{ cluster, env, now: Date.now },
      runCommand: createBashRunner({
        ...{ cwd, ...checks() },
        enclose: (program) => enclosure.enclose(program),
      }),
      graph: (request) => graph.graph(request),
    });
    return { cluster, runner, graph };
  }
}

/** Follows one step: the one the learner looks at. */
class StepWatcher {
  private current:
    | { readonly ref: StepRef; latest: StepConditions; readonly end: AbortController }
    | undefined;

  constructor(
    private readonly deps: PlatformLabsDeps,
    private readonly joint: Joint,
  ) {}

  async watch(ref: StepRef): Promise<StepConditions> {
    const known = this.current;
    if (known && isDeepStrictEqual(known.ref, ref)) return known.latest;
    const step = await stepOf(this.deps, ref);
    this.stop();
    const pending = step.conditions.map(({ id }) => result(id, "pending", "Looking …"));
    const following = { ref, latest: of(ref, pending), end: new AbortController() };
    this.current = following;
    this.follow(following).catch((error: unknown) => {
      if (following.end.signal.aborted) return;
      this.deps.log.warn({ err: error, ...ref }, "a step cannot be watched");
      this.say(following, unknownResults(step.conditions, error));
    });
    return following.latest;
  }

  again(): void {
    const { current } = this;
    if (!current) return;
    this.stop();
    this.watch(current.ref).catch((error: unknown) => this.deps.log.warn({ err: error }, "watching ended"));
  }

  stop(): void {
    this.current?.end.abort();
    this.current = undefined;
  }

  private async follow(following: NonNullable<StepWatcher["current"]>): Promise<void> {
    const step = await stepOf(this.deps, following.ref);
    const { runner } = await this.joint.join();
    const signal = AbortSignal.any([following.end.signal, this.joint.signal]);
    await runner.watchStep(step, (results) => this.say(following, [...results]), signal);
  }

  private say(following: NonNullable<StepWatcher["current"]>, results: ConditionResult[]): void {
    if (this.current !== following) return;
    following.latest = of(following.ref, results);
    this.deps.changed(following.latest);
  }
}

const of = ({ lab, step }: StepRef, results: ConditionResult[]): StepConditions => ({ lab, step, results });

function definition({ contentDir, istioVersion }: PlatformLabsDeps, lab: string, language?: string) {
  return loadLab(lab, { istioVersion, language, ...(contentDir && { contentDir }) });
}

async function stepOf(deps: PlatformLabsDeps, { lab, step, language }: StepRef) {
  const found = (await definition(deps, lab, language))?.steps.find(({ id }) => id === step);
  if (!found) throw notFound(`Lab "${lab}" has no step "${step}".`);
  return found;
}

function unknownResults(conditions: readonly { readonly id: string }[], error: unknown): ConditionResult[] {
  return conditions.map(({ id }) =>
    result(id, "unknown", `The cluster cannot be asked yet: ${messageOf(error)}`),
  );
}

function result(id: string, status: "pending" | "unknown", message: string): ConditionResult {
  return { id, status, message, checkedAt: Date.now() };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
