import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { silentLogger, TestClock } from "../../base/index.ts";
import { packObjects, unpackObjects } from "./object-snapshot.ts";
import { openObjectStorage } from "./object-storage.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "object-snapshot-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const open = (directory: string) =>
  openObjectStorage({ directory, clock: new TestClock(), logger: silentLogger });

const pod = (shift: string) => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: {
    name: "web",
    uid: "7b6f",
    creationTimestamp: `${shift}:00:00Z`,
    annotations: { restartedAt: "2026-01-01T10:00:00Z" },
    managedFields: [{ manager: "kubectl", time: `${shift}:00:01Z` }],
  },
  spec: { note: "2026-01-01T10:00:00Z" },
  status: { containerStatuses: [{ state: { running: { startedAt: `${shift}:00:05Z` } } }] },
});
const lease = (time: string) => ({
  apiVersion: "coordination.k8s.io/v1",
  kind: "Lease",
  metadata: { name: "node" },
  spec: { renewTime: `${time}:00:00.123456Z` },
});

it("a packed state looks as if it had just been made; what was asked for in it stays", async () => {
  const before = open(join(folder, "before"));
  const put = (key: string, value: ReturnType<typeof pod> | ReturnType<typeof lease>) =>
    before.storage.txn([], [{ type: "put", key, value: () => value }]);
  put("/pods/web", pod("2026-01-01T10"));
  put("/leases/node", lease("2026-01-01T10"));
  before.dispose();
  await packObjects(join(folder, "before"), join(folder, "packed"), Date.parse("2026-01-01T10:30:00Z"));

  const now = Date.parse("2026-01-02T10:30:00Z");
  expect(await unpackObjects(join(folder, "packed"), join(folder, "after"), now)).toBe(true);
  const after = open(join(folder, "after"));
  expect(after.storage.state()).toEqual({
    revision: 3,
    items: [
      { key: "/pods/web", createRevision: 2, modRevision: 2, value: pod("2026-01-02T10") },
      { key: "/leases/node", createRevision: 3, modRevision: 3, value: lease("2026-01-02T10") },
    ],
  });
  after.dispose();
});

it("a state that is there stays", async () => {
  for (const name of ["one", "other"]) {
    const { storage, dispose } = open(join(folder, name));
    storage.txn([], [{ type: "put", key: `/${name}`, value: () => lease("2026-01-01T10") }]);
    dispose();
  }
  await packObjects(join(folder, "one"), join(folder, "packed"), 0);
  expect(await unpackObjects(join(folder, "packed"), join(folder, "other"), 0)).toBe(false);
  const other = open(join(folder, "other"));
  expect(other.storage.state().items.map(({ key }) => key)).toEqual(["/other"]);
  other.dispose();
});

it("what was never kept cannot be packed, and a damaged state is not taken up", async () => {
  await expect(packObjects(join(folder, "none"), join(folder, "packed"), 0)).rejects.toThrow(
    `there is no state of a cluster in ${join(folder, "none")}`,
  );
  writeFileSync(join(folder, "taken-at"), "0");
  writeFileSync(join(folder, "snapshot.jsonl"), "torn");
  await expect(unpackObjects(folder, join(folder, "after"), 0)).rejects.toThrow("is damaged");
});
