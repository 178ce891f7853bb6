// A terminal through the whole product (page's link, socket.io, web, workspace host, pty) beside a bare one and others.
// All on this machine, so the client's work counts, too; it is the same for all.
import { closeSync, openSync, writeSync } from "node:fs";
import path from "node:path";
import { median, pause, quantile, sized, within } from "./lib/measure.ts";
import { pss } from "./lib/memory.ts";
import { benchmark, temporaryFolder } from "./lib/processes.ts";
import { type Figure, report } from "./lib/report.ts";
import { type Attempt, bare, meshwork, ttyd, type WebTerminal, wetty } from "./lib/terminal-peers.ts";
import { openPage, openTerminal, signIn, startWeb } from "./lib/web.ts";

const KEYS = sized(400, 60);
const MEGABYTES = sized(50, 5);
const ROUNDS = sized(3, 1);
/** Longer than the quiet that ends a burst, as between a fast typist's keys; uneven, so that no timer beats along. */
const betweenKeys = (key: number) => 12 + (key % 7);

/** Coloured lines with characters of more than one byte, as a build's log has them. */
function writeText(file: string, megabytes: number): number {
  const line = (n: number) =>
    `\u001b[3${1 + (n % 7)}m${String(n).padStart(8, "0")}\u001b[0m GET /api/v1/products/${n % 97} → 200 in ${n % 13} ms · “ok” ✓\r\n`;
  const block = Buffer.from(Array.from({ length: 10_000 }, (_, n) => line(n)).join(""));
  const out = openSync(file, "w");
  let written = 0;
  while (written < megabytes * 1e6) written += writeSync(out, block);
  closeSync(out);
  return written;
}

/** Waits for a mark that the shell prints. The mark is typed in two halves, so that its echo is not taken for it. */
function until(terminal: WebTerminal, mark: string, total?: (bytes: number) => void): Promise<number> {
  let tail = "";
  let bytes = 0;
  const seen = new Promise<number>((resolve) => {
    terminal.onOutput((data) => {
      bytes += data.byteLength;
      tail = (tail + Buffer.from(data.subarray(-200)).toString("latin1")).slice(-400);
      if (!tail.includes(mark)) return;
      total?.(bytes);
      resolve(performance.now());
    });
  });
  return within(120_000, `${terminal.name}: ${mark}`, seen);
}

async function settle(terminal: WebTerminal, mark: string): Promise<void> {
  const there = until(terminal, mark);
  terminal.type(`echo ${mark.slice(0, 3)}""${mark.slice(3)}\r`);
  await there;
  await pause(200);
}

/** The kernel echoes: nothing but the way there and back is measured. */
async function echoes(terminal: WebTerminal): Promise<number[]> {
  const raw = until(terminal, "raw-mode");
  terminal.type('stty -icanon min 1; echo raw-""mode; cat > /dev/null\r');
  await raw;
  await pause(300);
  const times: number[] = [];
  for (let key = 0; key < KEYS; key++) {
    const echoed = new Promise<number>((resolve) => terminal.onOutput(() => resolve(performance.now())));
    const pressed = performance.now();
    terminal.type("x");
    times.push((await within(10_000, `${terminal.name}: an echo`, echoed)) - pressed);
    await pause(betweenKeys(key));
  }
  terminal.type("\x03");
  await pause(300);
  terminal.type("stty icanon\r");
  await settle(terminal, "line-mode");
  return times.slice(10);
}

/** Megabytes a second from the key that starts `cat` to the last byte, and how many bytes came. */
async function throughput(terminal: WebTerminal, file: string): Promise<number> {
  await settle(terminal, "ready-now");
  let bytes = 0;
  const done = until(terminal, "all-of-it", (total) => {
    bytes = total;
  });
  const begun = performance.now();
  terminal.type(`cat ${file}; echo all-""of-it\r`);
  const ended = await done;
  return bytes / 1e6 / ((ended - begun) / 1000);
}

interface Measured {
  readonly name: string;
  readonly echo: number[];
  readonly rates: number[];
}

async function measure(terminal: WebTerminal, file: string): Promise<Measured> {
  await settle(terminal, "first-prompt");
  const echo = await echoes(terminal);
  const rates: number[] = [];
  for (let round = 0; round < ROUNDS; round++) rates.push(await throughput(terminal, file));
  return { name: terminal.name, echo, rates };
}

/** A page that no longer acknowledges while its shell floods it: what the servers hold may not grow. */
async function stalled(file: string): Promise<{ before: number; after: number }> {
  const web = await startWeb({ MESHWORK_PAGES: "none", MESHWORK_DATA_DIR: temporaryFolder() });
  const socket = await openPage(web, await signIn(web));
  let received = 0;
  const take = (data: Uint8Array) => {
    received += data.byteLength;
  };
  const link = await openTerminal({ socket, terminal: "main", take, acknowledges: false });
  await pause(1_500);
  const weigh = () => pss(web.child.pid ?? 0);
  const before = weigh();
  link.input(`cat ${file}\r`);
  let after = before;
  for (let second = 0; second < sized(6, 2); second++) {
    await pause(1_000);
    after = Math.max(after, weigh());
  }
  if (received > 1e6) throw new Error(`${received} bytes came without an acknowledgement`);
  socket.close();
  return { before, after };
}

const isTerminal = (attempt: Attempt): attempt is WebTerminal => "type" in attempt;

await benchmark(async () => {
  const file = path.join(temporaryFolder(), "text");
  writeText(file, MEGABYTES);
  const attempts: Attempt[] = [await bare(), await meshwork(), await wetty(), await ttyd()];
  const results: Measured[] = [];
  for (const attempt of attempts) if (isTerminal(attempt)) results.push(await measure(attempt, file));
  const of = (name: string) => results.find((result) => result.name.startsWith(name));
  const [plain, ours] = [of("bare"), of("meshwork")];
  if (!plain || !ours) throw new Error("not measured");
  const others = results.filter((result) => result !== plain && result !== ours);
  const memory = await stalled(file);
  const peer = (result: Measured, share: number) => ({
    name: result.name,
    value: quantile(result.echo, share),
  });
  const figures: Figure[] = [
    {
      ...{ what: "keystroke echo p50", ours: quantile(ours.echo, 0.5), unit: "ms", peer: peer(plain, 0.5) },
      budget: { limit: 1.5, is: "at most", of: "ratio" },
    },
    {
      ...{ what: "keystroke echo p99", ours: quantile(ours.echo, 0.99), unit: "ms", peer: peer(plain, 0.99) },
      budget: { limit: 50, is: "at most" },
    },
    ...others.flatMap((other): Figure[] => [
      { what: "keystroke echo p50", ours: quantile(ours.echo, 0.5), unit: "ms", peer: peer(other, 0.5) },
      { what: "keystroke echo p99", ours: quantile(ours.echo, 0.99), unit: "ms", peer: peer(other, 0.99) },
    ]),
    {
      ...{ what: `throughput, ${MEGABYTES} MB`, ours: median(ours.rates), unit: "MB/s" },
      peer: { name: plain.name, value: median(plain.rates) },
      budget: { limit: 0.9, is: "at least", of: "ratio" },
    },
    ...others.map((other): Figure => {
      const budget = { limit: 1.3, is: "at least", of: "ratio" } as const;
      return {
        ...{ what: `throughput, ${MEGABYTES} MB`, ours: median(ours.rates), unit: "MB/s" },
        peer: { name: other.name, value: median(other.rates) },
        ...(other.name.startsWith("wetty") && { budget }),
      };
    }),
    {
      ...{ what: "web's memory, client stalled: growth", ours: memory.after - memory.before, unit: "MB" },
      budget: { limit: 8, is: "at most" },
      note: `PSS ${memory.before.toFixed(0)} → ${memory.after.toFixed(0)} MB while ${MEGABYTES} MB wait`,
    },
    ...attempts.flatMap((attempt): Figure[] =>
      isTerminal(attempt)
        ? []
        : [{ what: attempt.name, ours: undefined, unit: "", note: `not measured: ${attempt.reason}` }],
    ),
  ];
  report(`terminal (${KEYS} keys; medians of ${ROUNDS} floods)`, figures);
});
