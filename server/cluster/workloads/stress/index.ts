import type { ContainerContext, Program, RunningProgram } from "../../container/index.ts";
import { serveUntilEnd } from "../http/web.ts";

/** polinux/stress and alike: `--vm N --vm-bytes SIZE` and `--cpu N` take what they say, as far as figures go. */
export const stress: Program = {
  images: ["polinux/stress", "vish/stress", "progrium/stress"],
  entrypoint: [],
  cmd: ["stress"],
  hasShell: true,
  runs: (executable) => /(^|\/)stress$/.test(executable),
  start,
};

/** Time from the first byte to the kernel's patience: memory is filled page by page. */
const FILLING_MS = 500;

const UNITS: Readonly<Record<string, number>> = { B: 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30 };

function start(context: ContainerContext): RunningProgram {
  const { command, stdout, clock, memoryLimitBytes, terminate } = context;
  const value = (...names: string[]) => {
    const at = command.findIndex((word) => names.includes(word));
    return at < 0 ? undefined : command[at + 1];
  };
  const [cpu, workers] = [Number(value("--cpu", "-c") ?? 0), Number(value("--vm", "-m") ?? 0)];
  const [, digits = "256", unit = "M"] = /^(\d+)([BKMG]?)$/i.exec(value("--vm-bytes") ?? "256M") ?? [];
  const memoryBytes = workers * Number(digits) * (UNITS[unit.toUpperCase() || "B"] ?? 1);
  stdout(`stress: info: [1] dispatching hogs: ${cpu} cpu, 0 io, ${workers} vm, 0 hdd\n`);
  const running = serveUntilEnd(context, { ports: [], handler: () => undefined, terminated: 143 });
  if (memoryLimitBytes !== undefined && memoryBytes > memoryLimitBytes)
    void clock.sleep(FILLING_MS, terminate).then(() => {
      if (!terminate.aborted) context.outOfMemory?.();
    });
  return {
    ...running,
    usage: () => ({ cpuMillis: (cpu + (workers > 0 ? 0.05 : 0)) * 1000, memoryBytes: memoryBytes + 2 ** 20 }),
  };
}
