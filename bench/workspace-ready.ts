// From "open my workspace" to a prompt in the terminal and an answering cluster, as a learner waits for it.
// Cold: nothing is there; the lab is opened as its page does, so Istio is being installed meanwhile.
// Restarted: its processes are gone, its state is there. Warm: the workspace runs; a page comes back to it.
import { mkdirSync } from "node:fs";
import path from "node:path";
import type { LocalLauncher } from "../server/platform/workspaces/index.ts";
import { median, pause, samples, sized } from "./lib/measure.ts";
import { bareNode, benchmark, kubectl, runToEnd, temporaryFolder } from "./lib/processes.ts";
import { type Figure, report } from "./lib/report.ts";
import { kubectlAnswers, LAB, launcherIn, promptIn } from "./lib/workspace.ts";

interface Ready {
  readonly prompt: number;
  readonly kubectl: number;
}

interface Visit {
  readonly launcher: LocalLauncher;
  readonly folder: string;
  readonly workspace: string;
}

async function visit({ launcher, folder, workspace }: Visit): Promise<Ready> {
  const begun = performance.now();
  const kubeconfig = path.join(folder, workspace, "kubeconfig");
  const prompted = promptIn(launcher, { workspace, lab: LAB });
  const [prompt, answered] = await Promise.all([prompted, kubectlAnswers(kubeconfig)]);
  return { prompt: prompt - begun, kubectl: answered - begun };
}

const rounds = sized(5, 2);
const both = ({ prompt, kubectl: answered }: Ready) => Math.max(prompt, answered);

await benchmark(async () => {
  const folder = path.join(temporaryFolder(), "workspaces");
  mkdirSync(folder);
  const launcher = launcherIn(folder);
  const cold: Ready[] = [];
  const restarted: Ready[] = [];
  const warm: Ready[] = [];
  const floor: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const workspace = `round-${round}`;
    floor.push(...(await samples(1, async () => [await bareNode(), await bareNode()])));
    cold.push(await visit({ launcher, folder, workspace }));
    await pause(sized(4_000, 2_000)); // Istio settles
    for (let again = 0; again < 3; again++) warm.push(await visit({ launcher, folder, workspace }));
    await launcher.stop(workspace);
    restarted.push(await visit({ launcher, folder, workspace }));
    await launcher.stop(workspace);
  }
  const version = median(await samples(rounds * 2, () => runToEnd([kubectl, "version", "--client"])));
  const nodes = { name: "node -e 0, twice", value: median(floor) };
  const client = { name: "kubectl version --client", value: version };
  const part = (what: string, of: Ready[]): Figure[] => [
    { what: `${what}: prompt`, ours: median(of.map((ready) => ready.prompt)), unit: "ms" },
    {
      ...{ what: `${what}: kubectl answered`, ours: median(of.map((ready) => ready.kubectl)), unit: "ms" },
      peer: client,
    },
  ];
  report(`workspace-ready (medians of ${rounds}; kubectl is asked again until it succeeds)`, [
    ...part("cold", cold),
    {
      ...{ what: "cold: both", ours: median(cold.map(both)), unit: "ms", peer: nodes },
      budget: { limit: 400, is: "at most" },
    },
    ...part("restarted", restarted),
    { what: "restarted: both", ours: median(restarted.map(both)), unit: "ms", peer: nodes },
    ...part("warm", warm),
    {
      ...{ what: "warm: both", ours: median(warm.map(both)), unit: "ms", peer: client },
      budget: { limit: 50, is: "at most" },
    },
  ]);
});
