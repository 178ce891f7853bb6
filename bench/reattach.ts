// The web process is killed while a class works: how long until every terminal shows its shell again, and is it the same?
import { setTimeout as pause } from "node:timers/promises";
import { restartWeb, startClassroom, stopAtEnd } from "./lib/classroom.ts";
import { quantile, sized, within } from "./lib/measure.ts";
import { benchmark, temporaryFolder } from "./lib/processes.ts";
import { report } from "./lib/report.ts";
import { openPage, openTerminal, type PageSocket, type Web } from "./lib/web.ts";

const LEARNERS = sized(40, 4);
const ROUNDS = sized(5, 1);
/** What a page waits before it tries again, as components/socket/backoff.ts does for its first tries. */
const RETRY_MS = [150, 250, 400, 600, 1_000];

interface Seat {
  readonly cookie: string;
  shell: string;
  page: PageSocket;
}

async function sit(web: Web, cookie: string): Promise<{ page: PageSocket; shell: string }> {
  const page = await openPage(web, cookie);
  let text = "";
  const link = await openTerminal({
    socket: page,
    terminal: "main",
    take: (data) => (text += Buffer.from(data)),
  });
  link.input('echo shell-""$$-end\r');
  const deadline = performance.now() + 20_000;
  let shell: string | undefined;
  while (!shell && performance.now() < deadline) {
    shell = /shell-(\d+)-end/.exec(text)?.[1];
    await pause(5);
  }
  if (!shell) throw new Error("the shell did not say who it is");
  return { page, shell };
}

await benchmark(async () => {
  const classroom = await startClassroom(temporaryFolder(), LEARNERS);
  let web = classroom.web;
  stopAtEnd(() => web);
  const seats: Seat[] = [];
  for (const cookie of classroom.learners) seats.push({ cookie, ...(await sit(web, cookie)) });
  const back: number[] = [];
  const starts: number[] = [];
  let lost = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const next = restartWeb({ ...classroom, web });
    const listening = next.then(() => performance.now());
    await Promise.all(
      seats.map(async (seat, index) => {
        // Each page finds out by itself and tries again by itself.
        for (let attempt = 0; ; attempt++) {
          const wait = RETRY_MS[Math.min(attempt, RETRY_MS.length - 1)] ?? 1_000;
          await pause(wait * (1 + (index % 8) / 32));
          const again = await reachable(web)
            .then((there) => sit(there, seat.cookie))
            .catch(() => undefined);
          if (!again) continue;
          // A page may be in before we have read that web listens.
          back.push(Math.max(0, performance.now() - (await listening)));
          if (again.shell !== seat.shell) lost++;
          seat.page = again.page;
          return;
        }
      }),
    );
    const { web: started, listeningAfter } = await within(60_000, "the next web", next);
    web = started;
    starts.push(listeningAfter);
  }
  report(`A web process killed under ${LEARNERS} learners, ${ROUNDS} times`, [
    { what: "web listens again after, median", ours: quantile(starts, 0.5), unit: "ms" },
    {
      what: "terminal usable again after that, p99",
      ours: quantile(back, 0.99),
      unit: "ms",
      budget: { limit: 1_500, is: "at most" },
      note: "from the new web's first breath to the shell's answer to a command, over all pages",
    },
    { what: "… p50", ours: quantile(back, 0.5), unit: "ms" },
    { what: "shells lost", ours: lost, unit: "", budget: { limit: 0, is: "at most" } },
  ]);
});

/** Cheap where nothing listens. */
async function reachable(web: Web): Promise<Web> {
  await fetch(`${web.origin}/healthz`, { signal: AbortSignal.timeout(2_000) });
  return web;
}
