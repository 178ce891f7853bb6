// A class comes all at once: sixty learners within ten seconds, each opens the first lab and waits for a prompt and for
// `kubectl get ns`. Once with as many spare workspaces standing ready, once (fewer learners) without any. Then what each
// learner takes of memory.
import { randomBytes } from "node:crypto";
import { mkdirSync } from "node:fs";
import path from "node:path";
import pino from "pino";
import { listLabs } from "../server/platform/labs/index.ts";
import { SpareWorkspaces, WorkspaceRegistry } from "../server/platform/workspaces/index.ts";
import { pause, quantile, sized, timed, within } from "./lib/measure.ts";
import { processTree, pss } from "./lib/memory.ts";
import { atEnd, bareNode, benchmark, root, temporaryFolder } from "./lib/processes.ts";
import { type Figure, report } from "./lib/report.ts";
import { kubectlAnswers, launcherIn, promptIn } from "./lib/workspace.ts";

const LEARNERS = Number(process.env.BENCH_LEARNERS ?? sized(60, 6));
const COLD_LEARNERS = sized(12, 2);
/** Between two learners. */
const APART_MS = 10_000 / 60;
const FILL_WITHIN_MS = 8 * 60_000;
const SETTLE_MS = sized(20_000, 2_000);

const source = { contentDir: path.join(root, "content"), istioVersion: "1.21.6" };
const log = pino({ level: "silent" });

interface Storm {
  readonly learners: number;
  readonly lab: string;
  readonly spares: number;
}

interface Weather {
  readonly ready: number[];
  readonly fillMs: number;
  /** Megabytes of each learner's processes. */
  readonly memory: number[];
}

async function storm({ learners, lab, spares: size }: Storm): Promise<Weather> {
  const folder = path.join(temporaryFolder(), "workspaces");
  mkdirSync(folder);
  const launcher = launcherIn(folder);
  const events = { status: () => undefined, conditions: () => undefined };
  const registry = new WorkspaceRegistry({ launcher, log, events });
  atEnd(() => registry.release());
  const spares = new SpareWorkspaces({
    ...{ size, file: path.join(folder, "..", "spares.json"), log },
    wish: async () => ({ ...source, lab }),
    control: (workspace) => registry.control(workspace),
    discard: (workspace) => registry.discard(workspace),
  });
  atEnd(() => spares.stop());
  const standing = async () => {
    spares.fill();
    while (spares.standing < size) await pause(50);
  };
  const fillMs = await timed(() => within(FILL_WITHIN_MS, `${size} spare workspaces`, standing()));
  if (size > 0) await pause(SETTLE_MS);

  const join = async (learner: number) => {
    await pause(learner * APART_MS);
    const begun = performance.now();
    const workspace = spares.take(source) ?? `w-${randomBytes(8).toString("hex")}`;
    const answers = kubectlAnswers(path.join(folder, workspace, "kubeconfig"));
    const both = await Promise.all([promptIn(launcher, { workspace, lab }), answers]);
    return { workspace, ready: Math.max(...both) - begun };
  };
  const joined = await Promise.all(Array.from({ length: learners }, (_, learner) => join(learner)));
  await spares.stop();
  await pause(SETTLE_MS);
  const memory: number[] = [];
  for (const { workspace } of joined) {
    const { pid } = await launcher.ensure(workspace);
    memory.push(processTree(pid).reduce((sum, process) => sum + pss(process.pid), 0));
  }
  registry.release();
  for (const workspace of await launcher.running()) await launcher.stop(workspace);
  return { ready: joined.map(({ ready }) => ready), fillMs, memory };
}

await benchmark(async () => {
  const [first] = await listLabs(source);
  if (!first) throw new Error("there are no labs");
  const peer = {
    name: "node -e 0, twice",
    value: await timed(async () => [await bareNode(), await bareNode()]),
  };
  const warm = await storm({ learners: LEARNERS, lab: first.id, spares: LEARNERS });
  const cold = await storm({ learners: COLD_LEARNERS, lab: first.id, spares: 0 });
  const ready = (what: string, of: Weather, share: number): Figure => ({
    ...{ what: `${what}: ready, p${share * 100}`, ours: quantile(of.ready, share), unit: "ms", peer },
    ...(share > 0.5 && of === warm && { budget: { limit: 1_000, is: "at most" } as const }),
  });
  const spare = `${LEARNERS} learners, spares`;
  const none = `${COLD_LEARNERS} learners, no spares`;
  report(`join-storm (${first.id}; one learner every ${Math.round(APART_MS)} ms)`, [
    ready(spare, warm, 0.5),
    ready(spare, warm, 0.95),
    { what: "making one spare", ours: warm.fillMs / LEARNERS, unit: "ms", peer },
    {
      ...{ what: `${spare}: memory of one, p95 (PSS)`, ours: quantile(warm.memory, 0.95), unit: "MB" },
      budget: { limit: 100, is: "at most" },
    },
    ready(none, cold, 0.5),
    ready(none, cold, 0.95),
  ]);
});
