// meshwork backup | restore: the operator's end. The running server does the work (server/platform/backup).
import { randomUUID } from "node:crypto";
import { createReadStream, createWriteStream, existsSync } from "node:fs";
import { rename, rm } from "node:fs/promises";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { askAdmin, dataFolder, openAdmin } from "./admin.mjs";
import { Refusal } from "./stages.mjs";

/** The server is up again within this time, or somebody has to look. */
const BACK_WITHIN_MS = 90_000;

const megabytes = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;

/** Writes a backup of the running server. The file appears when it is whole, for nobody else to read. */
export async function backup(file, { dataDir = dataFolder(), print = console.error } = {}) {
  const answer = await openAdmin("backup", { dataDir });
  if (file === "-") await pipeline(answer, process.stdout, { end: false });
  else {
    const half = `${file}.${randomUUID().slice(0, 8)}.half`;
    try {
      await pipeline(answer, createWriteStream(half, { mode: 0o600, flags: "wx", flush: true }));
      await rename(half, file);
    } catch (error) {
      await rm(half, { force: true });
      if (error.code === "ECONNRESET")
        throw new Refusal("The server broke off the backup; its log says why.");
      if (error.code === "ENOSPC") throw new Refusal(`The disk of ${file} is full.`);
      throw error;
    }
  }
  const report = answer.trailers["meshwork-report"];
  if (!report) throw new Refusal("The server broke off the backup; its log says why.");
  const { entries, bytes, leftOut, leftOutCount } = JSON.parse(decodeURIComponent(report));
  print(`Backed up the database and ${entries} files and folders of workspaces (${megabytes(bytes)}).`);
  for (const what of leftOut) print(`  left out: ${what}`);
  if (leftOutCount > leftOut.length) print(`  left out: ${leftOutCount - leftOut.length} more`);
}

/** One learner's home, cluster, or both, out of a backup; everybody else goes on. */
export async function restoreLearner(
  file,
  who,
  { dataDir = dataFolder(), print = console.error, only, keep = true } = {},
) {
  if (!existsSync(file)) throw new Refusal(`There is no ${file}.`);
  if (only !== undefined && !["home", "cluster"].includes(only))
    throw new Refusal("--only takes home or cluster.");
  if (keep) await keepWhatIs(dataDir, print);
  const query = new URLSearchParams({ learner: who, ...(only && { only }) });
  const answer = await openAdmin(`restore-workspace?${query}`, { dataDir, body: createReadStream(file) });
  const parts = [];
  for await (const part of answer) parts.push(part);
  const { name, made, entries } = JSON.parse(Buffer.concat(parts).toString("utf8")).value;
  const what = only ?? "home and cluster";
  print(
    `Restored ${what} of ${name} (${entries} files and folders) as of ${made}. Their next visit starts the workspace.`,
  );
}

async function keepWhatIs(dataDir, print) {
  const name = `before-restore-${new Date().toISOString().replace(/[:.]/g, "-")}.backup`;
  const kept = path.join(dataDir, name);
  await backup(kept, { dataDir, print: () => undefined });
  print(`What is there now is kept in ${kept}`);
}

/** Puts a backup in the place of what the running server has. Keeps a backup of that first. */
export async function restore(file, { dataDir = dataFolder(), print = console.error, keep = true } = {}) {
  if (!existsSync(file)) throw new Refusal(`There is no ${file}.`);
  if (keep) await keepWhatIs(dataDir, print);
  const answer = await openAdmin("restore", { dataDir, body: createReadStream(file) });
  const parts = [];
  for await (const part of answer) parts.push(part);
  const { id, made, release } = JSON.parse(Buffer.concat(parts).toString("utf8")).value;
  print(`The backup of ${made} (release ${release}) is whole. The server starts again to take it up …`);
  const outcome = await outcomeOf(id, dataDir);
  if (outcome.kind === "failed") throw new Refusal(`Nothing was restored. ${outcome.reason}`);
  print("Restored.");
}

async function outcomeOf(id, dataDir) {
  for (const from = performance.now(); performance.now() - from < BACK_WITHIN_MS; await sleep(200)) {
    const now = await askAdmin("last-restore", {}, { dataDir }).catch(() => undefined); // it is not up yet
    if (now?.id === id) return now;
  }
  throw new Refusal("The server did not come back.", [
    "Start it (npm start): it takes up the restore before anything else.",
  ]);
}
