// A day of a class in minutes: people come, type, look, go and come back. Afterwards the server must be as large as before.
import { readdirSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { answer, startClassroom, stopAtEnd } from "./lib/classroom.ts";
import { sized } from "./lib/measure.ts";
import { processTree, pss } from "./lib/memory.ts";
import { benchmark, temporaryFolder } from "./lib/processes.ts";
import { report } from "./lib/report.ts";
import { openPage, openTerminal, type Web } from "./lib/web.ts";

const LEARNERS = sized(12, 3);
const ROUNDS = sized(40, 4);
/** What is loaded, compiled and pooled once is not a leak. */
const WARM_UP = Math.floor(ROUNDS / 4);

/** As a screen that is drawn anew moves its cursor. */
const RIGHT = new RegExp(`${String.fromCharCode(27)}\\[1?C`, "g");

interface Size {
  readonly memory: number;
  readonly descriptors: number;
  readonly processes: number;
}

function sizeOf({ child }: Web): Size {
  const pid = child.pid ?? 0;
  return {
    memory: pss(pid),
    descriptors: readdirSync(`/proc/${pid}/fd`).length,
    processes: processTree(pid).length,
  };
}

/** One visit: a page with a terminal, some typing, a flood that is cut off, and the page closes. */
async function visit(web: Web, cookie: string, round: number): Promise<void> {
  const page = await openPage(web, cookie);
  let last = "";
  const link = await openTerminal({
    socket: page,
    terminal: "main",
    take: (data) => (last = (last + Buffer.from(data).toString("latin1")).slice(-200)),
  });
  const until = async (what: string, seen: () => boolean) => {
    const deadline = performance.now() + 60_000;
    while (!seen()) {
      if (performance.now() > deadline) throw new Error(`no ${what}; last: ${JSON.stringify(last)}`);
      await pause(10);
    }
  };
  // A screen that is drawn anew has no space at a line's end, only a step to the right.
  const prompt = () => until("prompt", () => /[$#] /.test(last.replaceAll(RIGHT, " ")));
  const interrupt = async () => {
    last = "";
    link.input("\x03");
    await prompt();
  };
  await prompt();
  // What comes in the same moment as a Ctrl-C, readline throws away, or draws no prompt; a person is not that quick.
  for (const key of "kubectl version --client") link.input(key);
  await until("echo", () => last.includes("--client"));
  await interrupt();
  link.input("yes\r");
  await until("flood", () => last.endsWith("y\r\ny\r\n"));
  await interrupt();
  link.input(`echo vis""ited-${round}\r`);
  await until("end of the flood", () => last.includes(`visited-${round}`));
  await answer((reply) => page.emit("help:state", {}, reply));
  page.close();
}

/** Megabytes that a round adds, by least squares over the rounds after the warm-up. */
function slope(values: readonly number[]): number {
  const mean = (values.length - 1) / 2;
  const average = values.reduce((sum, value) => sum + value, 0) / values.length;
  const above = values.reduce((sum, value, index) => sum + (index - mean) * (value - average), 0);
  return above / values.reduce((sum, _value, index) => sum + (index - mean) ** 2, 0);
}

await benchmark(async () => {
  const classroom = await startClassroom(temporaryFolder(), LEARNERS);
  const { web } = classroom;
  stopAtEnd(() => web);
  const sizes: Size[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    await Promise.all(classroom.learners.map((cookie) => visit(web, cookie, round)));
    await pause(200);
    if (round >= WARM_UP) sizes.push(sizeOf(web));
  }
  const [first, last] = [sizes[0], sizes.at(-1)];
  const visits = LEARNERS * (ROUNDS - WARM_UP);
  report(`A soak of ${LEARNERS * ROUNDS} visits, the first ${LEARNERS * WARM_UP} of them to warm up`, [
    { what: "web's memory at the end", ours: last?.memory, unit: "MB" },
    {
      what: "growth per 1,000 visits",
      ours: (slope(sizes.map(({ memory }) => memory)) / LEARNERS) * 1_000,
      unit: "MB",
      note: `over ${visits} visits; a class of 40 makes about as many in a day`,
    },
    {
      what: "open files more than after the warm-up",
      ours: (last?.descriptors ?? 0) - (first?.descriptors ?? 0),
      unit: "",
      budget: { limit: 5, is: "at most" },
    },
    {
      what: "processes more",
      ours: (last?.processes ?? 0) - (first?.processes ?? 0),
      unit: "",
      budget: { limit: 5, is: "at most" },
    },
  ]);
});
