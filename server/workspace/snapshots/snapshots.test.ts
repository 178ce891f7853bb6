import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { SNAPSHOT_LIFE_MS, SNAPSHOT_RENEW_MS } from "../limits.ts";
import {
  findSnapshot,
  makeSnapshot,
  restoreFiles,
  type SnapshotMaker,
  type SnapshotSource,
} from "./index.ts";

let folder: string;
let source: SnapshotSource;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "mw-snapshots-"));
  const inFolder = (name: string) => path.join(folder, name);
  mkdirSync(inFolder("workshop"));
  writeFileSync(inFolder("workshop/app.yaml"), "ours");
  writeFileSync(inFolder("cluster.mjs"), "one");
  source = {
    ...{
      lab: "mesh",
      preparation: { istioProfile: "demo", commands: ["make ready"] },
      istioVersion: "1.21.6",
    },
    ...{ filesDir: inFolder("workshop"), clusterProgram: inFolder("cluster.mjs") },
  };
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const dir = () => path.join(folder, "snapshots");

/** Plays the bench: a learner's folder with a certificate in it, a state of `cluster`. */
const maker = (cluster: string): SnapshotMaker => ({
  async prepare({ filesDir }, packOut) {
    mkdirSync(packOut);
    writeFileSync(path.join(packOut, "snapshot.jsonl"), cluster);
    const learner = path.join(folder, "bench");
    mkdirSync(path.join(learner, "certs"), { recursive: true });
    writeFileSync(path.join(learner, "app.yaml"), readFileSync(path.join(filesDir, "app.yaml")));
    writeFileSync(path.join(learner, "certs", "a.crt"), `certificate of ${cluster}`);
    return { folder: learner, dispose: () => rmSync(learner, { recursive: true }) };
  },
});

it("a start is made once, and found until something it is made of changes", async () => {
  expect(await findSnapshot(dir(), source)).toBeUndefined();
  expect(await makeSnapshot(dir(), source, maker("first"))).toBe("made");
  expect(await makeSnapshot(dir(), source, maker("second"))).toBe("there");
  const found = await findSnapshot(dir(), source);
  expect(readFileSync(path.join(found?.cluster ?? "", "snapshot.jsonl"), "utf8")).toBe("first");

  const others: SnapshotSource[] = [
    { ...source, preparation: { ...source.preparation, commands: ["make more ready"] } },
    { ...source, istioVersion: "1.29.6" },
    { ...source, lab: "other" },
  ];
  for (const other of others) expect(await findSnapshot(dir(), other)).toBeUndefined();
  for (const file of ["cluster.mjs", "workshop/app.yaml", "workshop/more.yaml"]) {
    writeFileSync(path.join(folder, file), "changed");
    expect(await findSnapshot(dir(), source)).toBeUndefined();
    await makeSnapshot(dir(), source, maker(file));
    expect(await findSnapshot(dir(), source)).toBeDefined();
  }
  // Only the newest of a lab and release is kept; nothing half made is left.
  expect(readdirSync(dir())).toHaveLength(1);
});

it("an old one is made anew, a very old one is not used", async () => {
  await makeSnapshot(dir(), source, maker("first"));
  const aged = (ms: number) => {
    const [name = ""] = readdirSync(dir());
    utimesSync(path.join(dir(), name), new Date(), new Date(Date.now() - ms));
  };
  aged(SNAPSHOT_LIFE_MS + 1_000);
  expect(await findSnapshot(dir(), source)).toBeUndefined();
  aged(SNAPSHOT_RENEW_MS + 1_000);
  expect(await findSnapshot(dir(), source)).toBeDefined();
  expect(await makeSnapshot(dir(), source, maker("second"))).toBe("made");
});

it("one that cannot be made leaves nothing behind", async () => {
  const failing: SnapshotMaker = { prepare: () => Promise.reject(new Error("no cluster")) };
  await expect(makeSnapshot(dir(), source, failing)).rejects.toThrow("no cluster");
  expect(readdirSync(dir())).toEqual([]);
  const empty = { ...source, preparation: { commands: [] } };
  expect(await makeSnapshot(dir(), empty, failing)).toBe("not needed");
});

it("the learner gets what the preparation made, and keeps the rest", async () => {
  await makeSnapshot(dir(), source, maker("first"));
  const found = await findSnapshot(dir(), source);
  if (!found) throw new Error("not found");
  const learner = path.join(folder, "learner");
  mkdirSync(path.join(learner, "certs"), { recursive: true });
  writeFileSync(path.join(learner, "app.yaml"), "the learner's");
  writeFileSync(path.join(learner, "certs", "a.crt"), "of another cluster");
  restoreFiles(found, { home: path.dirname(learner), folder: learner });
  expect(readFileSync(path.join(learner, "certs", "a.crt"), "utf8")).toBe("certificate of first");
  expect(readFileSync(path.join(learner, "app.yaml"), "utf8")).toBe("the learner's");
});
