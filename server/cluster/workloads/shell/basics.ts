import { INTERRUPTED, type ShellCommand } from "./command.ts";

const UNITS: Readonly<Record<string, number>> = { "": 1, s: 1, m: 60, h: 3600, d: 86_400 };

/** Milliseconds of sleep's arguments; undefined when one is no time. */
export function sleepTime(args: readonly string[]): number | undefined {
  let total = 0;
  for (const arg of args) {
    if (arg === "infinity" || arg === "inf") return Number.POSITIVE_INFINITY;
    const [, digits, unit = ""] = /^([0-9]*\.?[0-9]+)([smhd]?)$/.exec(arg) ?? [];
    if (digits === undefined) return undefined;
    total += Number(digits) * (UNITS[unit] ?? 1) * 1000;
  }
  return total;
}

/** The longest a timer can wait (2^31 - 1 ms); longer sleeps are made of several. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export const sleep: ShellCommand = async (io, { clock }) => {
  if (io.args.length === 0) {
    io.stderr("sleep: missing operand\nTry 'sleep --help' for more information.\n");
    return 1;
  }
  const ms = sleepTime(io.args);
  if (ms === undefined) {
    io.stderr(`sleep: invalid number '${io.args.find((arg) => sleepTime([arg]) === undefined)}'\n`);
    return 1;
  }
  for (let left = ms; left > 0 && !io.signal.aborted; left -= LONGEST_TIMER_MS)
    await clock.sleep(Math.min(left, LONGEST_TIMER_MS), io.signal);
  return io.signal.aborted ? INTERRUPTED : 0;
};

export const env: ShellCommand = async (io) => {
  for (const [name, value] of Object.entries(io.env)) io.stdout(`${name}=${value}\n`);
  return 0;
};

export const hostname: ShellCommand = async (io, { env, pod, network }) => {
  io.stdout(
    `${io.args.includes("-i") || io.args.includes("-I") ? network.ip : (env.HOSTNAME ?? pod.name)}\n`,
  );
  return 0;
};

export const ps: ShellCommand = async (io, { command }) => {
  io.stdout("PID   USER     TIME  COMMAND\n");
  io.stdout(`    1 root      0:00 ${command.join(" ")}\n`);
  io.stdout(`    7 root      0:00 ${["ps", ...io.args].join(" ")}\n`);
  return 0;
};

const USERS: Readonly<Record<number, string>> = {
  0: "root",
  100: "curl_user",
  1337: "istio-proxy",
  65534: "nobody",
};

export const whoami: ShellCommand = async (io, { uid = 0 }) => {
  const user = USERS[uid];
  if (user) io.stdout(`${user}\n`);
  else io.stderr(`whoami: unknown uid ${uid}\n`);
  return user ? 0 : 1;
};

export const id: ShellCommand = async (io, { uid = 0 }) => {
  const name = USERS[uid] ? `(${USERS[uid]})` : "";
  const only = io.args.find((arg) => arg === "-u" || arg === "-g");
  io.stdout(only ? `${uid}\n` : `uid=${uid}${name} gid=${uid}${name} groups=${uid}${name}\n`);
  return 0;
};
