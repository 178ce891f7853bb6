import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { chooseFreePorts } from "./network/index.ts";

/** Real ports chosen at the first start and kept over restarts: the learner's shell has them in its variables. */
export async function rememberPorts(options: {
  readonly stateDir: string | undefined;
  readonly count: number;
}): Promise<readonly number[]> {
  const { stateDir, count } = options;
  if (!stateDir) return chooseFreePorts(count);
  const file = path.join(stateDir, "ports.json");
  const known: unknown = await readFile(file, "utf8").then(JSON.parse, () => undefined);
  if (Array.isArray(known) && known.length === count && known.every(Number.isInteger))
    return known.map(Number);
  const chosen = await chooseFreePorts(count);
  await mkdir(stateDir, { recursive: true, mode: 0o700 });
  await writeFile(file, JSON.stringify(chosen));
  return chosen;
}
