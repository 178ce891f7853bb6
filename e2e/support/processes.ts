import { readdirSync, readFileSync } from "node:fs";

/** Every process that has the folder among its arguments or in its environment: pid and command line. */
export function processesOf(folder: string): string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((pid) => {
      try {
        const text = ["environ", "cmdline"]
          .map((file) => readFileSync(`/proc/${pid}/${file}`, "utf8"))
          .join();
        return text.includes(folder) ? [`${pid} ${readFileSync(`/proc/${pid}/cmdline`, "utf8")}`] : [];
      } catch {
        return []; // it has just ended
      }
    });
}
