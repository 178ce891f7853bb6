import type { ContainerContext, ExecIO } from "../../container/index.ts";
import { goDuration } from "../http/go-duration.ts";
import { goFloat } from "../http/go-float.ts";
import { FORTIO_LIMITS } from "../limits.ts";
import { FortioClient, isOk } from "./client.ts";
import { type FortioFlags, LEVELS, type Level } from "./flags.ts";
import { Histogram } from "./histogram.ts";
import { type FortioLog, fortioLog } from "./log.ts";

export const FORTIO_VERSION = "1.60.3";

/** Processors of the practice node, as Go would count them. */
const PROCS = 8;

interface Run {
  readonly flags: FortioFlags;
  readonly io: ExecIO;
  readonly context: ContainerContext;
  readonly log: FortioLog;
  readonly shows: (level: Level) => boolean;
  readonly write: (text: string) => void;
}

/** One of the run's threads, with what it has measured. */
interface Thread {
  readonly client: FortioClient;
  readonly codes: Map<number, number>;
  readonly times: Histogram;
  readonly errors: Histogram;
  readonly headerSizes: Histogram;
  readonly sizes: Histogram;
  readonly sleeps: Histogram;
}

/** `fortio load`: real calls from the pod, counted and printed as fortio 1.60 does. */
export async function fortioLoad(flags: FortioFlags, io: ExecIO, context: ContainerContext): Promise<number> {
  const write = (text: string) => io.stderr.write(text);
  const log = fortioLog(context.clock, flags.level, write);
  const shows = (level: Level) => LEVELS.indexOf(flags.level) <= LEVELS.indexOf(level);
  const run: Run = { flags, io, context, log, shows, write };
  if (flags.level !== "Info" && !flags.quiet)
    fortioLog(context.clock, "Info", write)("Info", "logger.go:254", {
      msg: `Log level is now ${LEVELS.indexOf(flags.level)} ${flags.level} (was 2 Info)`,
    });
  const limit = flags.calls > 0 ? `${flags.calls} calls` : goDuration(flags.durationMs * 1e6);
  write(
    `Fortio ${FORTIO_VERSION} running at ${goFloat(flags.qps)} queries per second, ${PROCS}->${PROCS} procs, for ${limit}: ${flags.url.href}\n`,
  );
  log("Info", "httprunner.go:121", {
    msg: "Starting http test",
    run: 0,
    url: flags.url.href,
    threads: flags.connections,
  });
  const count = threadCount(run);
  const threads = Array.from({ length: count }, (): Thread => newThread(run));
  try {
    const failure = flags.calls > 0 ? undefined : await warmUp(run, threads);
    if (failure !== undefined) {
      write(`Aborting because of ${failure}\n`);
      return 1;
    }
    announce(run, count);
    const begun = context.clock.monotonic();
    await Promise.all(threads.map((thread, id) => runThread(run, { thread, id, count, begun })));
    report(run, threads, (context.clock.monotonic() - begun) / 1000);
  } finally {
    for (const { client } of threads) client.close();
  }
  return 0;
}

function newThread({ flags, context }: Run): Thread {
  return {
    client: new FortioClient(flags, context),
    codes: new Map(),
    times: new Histogram(flags.resolution),
    errors: new Histogram(flags.resolution),
    headerSizes: new Histogram(5),
    sizes: new Histogram(100),
    sleeps: new Histogram(0.001),
  };
}

/** Fewer threads than asked for when there are too few calls for them (periodic runQPSSetup). */
function threadCount({ flags, log }: Run): number {
  const { connections, calls, qps, durationMs } = flags;
  const total =
    calls > 0 ? calls : qps > 0 ? Math.floor((qps * durationMs) / 1000) : Number.POSITIVE_INFINITY;
  const most = Math.max(1, qps > 0 ? Math.floor(total / 2) : total);
  if (connections <= most) return connections;
  const msg = `Lowering number of threads - total call ${total} -> lowering from ${connections} to ${most} threads`;
  log("Warning", "periodic.go:447", { msg });
  return most;
}

async function warmUp(run: Run, threads: readonly Thread[]): Promise<string | undefined> {
  const first = await Promise.all(threads.map(({ client }) => client.fetch()));
  const bad = first.find(({ code }) => !isOk(code));
  if (!bad || run.flags.allowInitialErrors) return undefined;
  return `error ${bad.code} for ${run.flags.url.href} (${bad.bytes} bytes)`;
}

const perThread = ({ flags: { calls, qps, durationMs } }: Run, count: number) => {
  const total = calls > 0 ? calls : Math.max(2, Math.floor((qps * durationMs) / 1000));
  return { each: Math.floor(total / count), left: calls > 0 ? total % count : 0 };
};

function announce(run: Run, count: number): void {
  const { flags, write, shows } = run;
  if (!shows("Warning")) return;
  const { each, left } = perThread(run, count);
  const head = `with ${count} thread(s) [gomax ${PROCS}]`;
  const length = goDuration(flags.durationMs * 1e6);
  if (flags.qps > 0) {
    const sum = flags.calls > 0 ? `(total ${each * count} + ${left})` : `(total ${each * count})`;
    const limit = flags.calls > 0 ? `: exactly ${flags.calls}, ` : `for ${length} : `;
    write(`Starting at ${goFloat(flags.qps)} qps ${head} ${limit}${each} calls each ${sum}\n`);
  } else if (flags.calls > 0)
    write(`Starting at max qps ${head} for exactly ${flags.calls} calls (${each} per thread + ${left})\n`);
  else write(`Starting at max qps ${head} for ${length}\n`);
}

interface Share {
  readonly thread: Thread;
  readonly id: number;
  readonly count: number;
  readonly begun: number;
}

async function runThread(run: Run, { thread, id, count, begun }: Share): Promise<void> {
  const { flags, context, io } = run;
  const { clock } = context;
  const { each, left } = perThread(run, count);
  const timed = flags.calls === 0;
  const mine = timed && flags.qps <= 0 ? Number.POSITIVE_INFINITY : each + (id === 0 ? left : 0);
  const end = begun + Math.min(flags.durationMs, FORTIO_LIMITS.durationMs);
  const rate = flags.qps / count;
  for (let done = 0; done < mine && !io.signal.aborted; ) {
    if (timed && clock.monotonic() >= end) return;
    await one(run, thread, id);
    done += 1;
    if (flags.qps <= 0 || done >= mine) continue;
    const target = timed ? (done + done / (mine - 1)) / rate : done / rate;
    const wait = target - (clock.monotonic() - begun) / 1000;
    thread.sleeps.record(wait);
    if (wait > 0) await clock.sleep(wait * 1000, io.signal);
  }
}

/** Seconds, exact to the nanosecond as Go's clock has them. */
const nanoseconds = (ms: number) => Math.round(ms * 1e6) / 1e9;

async function one({ flags, context: { clock }, log }: Run, thread: Thread, id: number): Promise<void> {
  const begun = clock.monotonic();
  const { code, bytes, headerBytes } = await thread.client.fetch();
  const seconds = nanoseconds(clock.monotonic() - begun);
  thread.times.record(seconds);
  if (!isOk(code)) thread.errors.record(seconds);
  thread.codes.set(code, (thread.codes.get(code) ?? 0) + 1);
  thread.sizes.record(bytes);
  thread.headerSizes.record(isOk(code) ? headerBytes : 0);
  if (isOk(code) || !flags.logErrors) return;
  if (code < 0)
    log("Error", "http_client.go:826", {
      msg: "Unable to connect",
      dest: thread.client.address,
      thread: id,
      run: 0,
    });
  else
    log("Warning", "http_client.go:1104", {
      msg: "Non ok http code",
      code,
      status: `HTTP/1.1 ${code}`,
      thread: id,
      run: 0,
    });
}

function report({ flags, write, shows }: Run, threads: readonly Thread[], seconds: number): void {
  const all = (pick: (thread: Thread) => Histogram, resolution = flags.resolution) => {
    const sum = new Histogram(resolution);
    for (const thread of threads) sum.merge(pick(thread));
    return sum;
  };
  const [times, errors] = [all(({ times }) => times), all(({ errors }) => errors)];
  const qps = times.count / seconds;
  if (shows("Warning")) {
    write(
      `Ended after ${goDuration(Math.round(seconds * 1e9))} : ${times.count} calls. qps=${goFloat(qps, 5)}\n`,
    );
    const sleeps = all(({ sleeps }) => sleeps, 0.001);
    if (sleeps.count > 0) write(sleeps.summary("Sleep times"));
    write(times.table("Aggregated Function Time", flags.percentiles));
    write(errors.table("Error cases", flags.percentiles));
  } else {
    write(
      times.summary("Aggregated Function Time") +
        times.targets(flags.percentiles) +
        errors.summary("Error cases"),
    );
  }
  write("# Socket and IP used for each connection:\n");
  for (const [id, { client }] of threads.entries()) {
    const where = `[${id}] ${String(client.sockets).padStart(3)} socket used, resolved to ${client.address || "[]"}`;
    write(client.connects.summary(`${where}, connection timing`));
  }
  const connects = all(({ client }) => client.connects);
  if (shows("Info")) write(connects.table("Connection time histogram (s)", flags.percentiles));
  else if (shows("Warning")) write(connects.summary("Connection time (s)"));
  const sockets = threads.reduce((sum, { client }) => sum + client.sockets, 0);
  write(`Sockets used: ${sockets} (for perfect keepalive, would be ${threads.length})\n`);
  write("Uniform: false, Jitter: false, Catchup allowed: true\nIP addresses distribution:\n");
  for (const [address, used] of tally(threads.map(({ client }) => [client.address, client.sockets])))
    if (address) write(`${address}: ${used}\n`);
  for (const [code, count] of tally(threads.flatMap(({ codes }) => [...codes])).sort(([a], [b]) => a - b))
    write(`Code ${String(code).padStart(3)} : ${count} (${((100 * count) / times.count).toFixed(1)} %)\n`);
  if (shows("Warning")) {
    write(all(({ headerSizes }) => headerSizes, 5).summary("Response Header Sizes"));
    write(all(({ sizes }) => sizes, 100).summary("Response Body/Total Sizes"));
  }
  const warmup = flags.calls > 0 ? 0 : threads.length;
  write(
    `All done ${times.count} calls (plus ${warmup} warmup) ${(times.average * 1000).toFixed(3)} ms avg, ${qps.toFixed(1)} qps\n`,
  );
}

function tally<Key>(entries: readonly (readonly [Key, number])[]): [Key, number][] {
  const sums = new Map<Key, number>();
  for (const [key, count] of entries) sums.set(key, (sums.get(key) ?? 0) + count);
  return [...sums];
}
