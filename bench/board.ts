// A board of 200 learners who move: how soon does the instructor's page know, and what does it cost the server?
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import type { ClassBoard, LabProgress } from "../server/contracts/index.ts";
import { listLabs } from "../server/platform/labs/index.ts";
import { answer, startClassroom, stopAtEnd } from "./lib/classroom.ts";
import { pause, quantile, sized, timed, within } from "./lib/measure.ts";
import { pss } from "./lib/memory.ts";
import { benchmark, temporaryFolder } from "./lib/processes.ts";
import { report } from "./lib/report.ts";
import { openPage, type PageSocket } from "./lib/web.ts";
import { LAB } from "./lib/workspace.ts";

const LEARNERS = sized(200, 20);
const MOVES = sized(600, 40);
/** A class of 200 that is busy: each learner comes to another step every ten seconds. */
const BETWEEN_MS = sized(50, 100);
/** Clock ticks of /proc/PID/stat a second: USER_HZ is 100 on every Linux that Node runs on. */
const TICKS = 100;

function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS;
}

await benchmark(async () => {
  const steps = (await listLabs({ contentDir: "content" })).find(({ id }) => id === LAB)?.steps ?? [];
  const classroom = await startClassroom(temporaryFolder(), LEARNERS);
  const { web, owner } = classroom;
  stopAtEnd(() => web);
  const pid = web.child.pid ?? 0;
  const seats: { page: PageSocket; step: number }[] = [];
  for (const cookie of classroom.learners) seats.push({ page: await openPage(web, cookie), step: 0 });
  const reached = new Map<string, (at: number) => void>();
  owner.page.on("class:rows", ({ rows }) => {
    for (const row of rows) reached.get(`${row.name}/${row.step}`)?.(performance.now());
  });
  let rows = 0;
  const whole = await timed(async () => {
    const board = await answer<ClassBoard>((reply) =>
      owner.page.emit("class:board", { class: classroom.id }, reply),
    );
    rows = board.rows.length;
  });
  const late: number[] = [];
  const under: Promise<void>[] = [];
  const before = { cpu: cpuSeconds(pid), at: performance.now() };
  for (let move = 0; move < MOVES; move++) {
    const index = (move * 7) % seats.length;
    const seat = seats[index];
    if (!seat) continue;
    seat.step = (seat.step + 1) % steps.length;
    const step = steps[seat.step]?.id ?? "";
    const seen = new Promise<number>((resolve) => reached.set(`Learner ${index + 1}/${step}`, resolve));
    const moved = performance.now();
    const told = answer<LabProgress>((reply) =>
      seat.page.emit("progress:report", { id: randomUUID(), kind: "step-viewed", lab: LAB, step }, reply),
    );
    under.push(
      within(20_000, "a row", Promise.all([told, seen])).then(([, at]) => {
        late.push(at - moved);
      }),
    );
    await pause(BETWEEN_MS);
  }
  await Promise.all(under);
  const seconds = (performance.now() - before.at) / 1_000;
  report(`The board of ${rows} learners, ${MOVES} moves within ${seconds.toFixed(0)} s`, [
    { what: "all rows, for a page that opens", ours: whole, unit: "ms" },
    {
      what: "a move is on the board after, p99",
      ours: quantile(late, 0.99),
      unit: "ms",
      budget: { limit: 1_000, is: "at most" },
    },
    { what: "… p50", ours: quantile(late, 0.5), unit: "ms" },
    {
      what: "web's CPU meanwhile",
      ours: ((cpuSeconds(pid) - before.cpu) / seconds) * 100,
      unit: "% of a core",
    },
    { what: "web's memory", ours: pss(pid), unit: "MB" },
  ]);
});
