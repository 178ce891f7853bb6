import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { isAlive } from "../lock.ts";
import type { ClusterPhase } from "../status.ts";
import { type ClusterReady, PracticeCluster, type PracticeClusterOptions } from "./practice-cluster.ts";

const program = path.resolve(import.meta.dirname, "../testing/fake-cluster.mjs");
let folder: string;
let clusters: PracticeCluster[] = [];
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "meshwork-cluster-"));
});
afterEach(async () => {
  await Promise.all(clusters.map((cluster) => cluster.stop()));
  clusters = [];
  rmSync(folder, { recursive: true, force: true });
});

function start(change: Partial<PracticeClusterOptions> = {}) {
  const phases: ClusterPhase[] = [];
  const readies: ClusterReady[] = [];
  const cluster = new PracticeCluster(
    {
      command: [process.execPath, program],
      stateDir: path.join(folder, "state"),
      kubeconfig: path.join(folder, "kubeconfig"),
      addonsDir: path.join(folder, "addons"),
      istioVersion: "1.21.6",
      istioProfile: "demo",
      logFile: path.join(folder, "log"),
      pidFile: path.join(folder, "pid"),
      ...change,
    },
    { phase: (phase) => phases.push(phase), ready: (ready) => readies.push(ready) },
  );
  clusters.push(cluster);
  cluster.start();
  return { cluster, phases, readies };
}

it("is ready when the program says so, with what it says", async () => {
  const { phases, readies, cluster } = start();
  await vi.waitFor(() => expect(readies).toHaveLength(1), 10_000);
  expect(phases).toEqual([
    { phase: "starting", detail: "Starting the practice cluster with Istio 1.21.6 …" },
  ]);
  const pid = readies[0]?.pid ?? 0;
  expect(readies[0]).toEqual({
    ...{ restored: false, ready: true, pid, apiServer: "https://127.0.0.1:1", istioVersion: "1.21.6" },
    ...{
      kubeconfig: path.join(folder, "kubeconfig"),
      gateway: { ip: "127.0.0.1", ports: { 80: 31080, 443: 31443 } },
    },
  });
  await cluster.stop();
  expect(isAlive(pid)).toBe(false);
});

it("tells the program where its cluster is to be found", async () => {
  const { readies } = start({ edges: "addresses" });
  await vi.waitFor(() => expect(readies).toHaveLength(1), 10_000);
  expect(readies[0]?.gateway).toEqual({ ip: "172.18.255.200", ports: { 80: 80, 443: 443 } });
});

it("a cluster that dies is started again, and the learner is told", async () => {
  const { phases, readies } = start();
  await vi.waitFor(() => expect(readies).toHaveLength(1), 10_000);
  process.kill(readies[0]?.pid ?? 0, "SIGKILL");
  await vi.waitFor(() => expect(readies).toHaveLength(2), 10_000);
  expect(phases.at(-1)).toEqual({
    phase: "recovering",
    detail: "The practice cluster stopped and is being started again with everything it held.",
  });
});

it("the cluster of a host that was killed is ended before another one opens its state", async () => {
  const first = start();
  await vi.waitFor(() => expect(first.readies).toHaveLength(1), 10_000);
  const orphan = first.readies[0]?.pid ?? 0;
  expect(readFileSync(path.join(folder, "pid"), "utf8")).toBe(String(orphan));
  const second = start();
  await vi.waitFor(() => expect(second.readies).toHaveLength(1), 10_000);
  expect(isAlive(orphan)).toBe(false);
});

it("somebody else's process that got the old pid is left alone", async () => {
  writeFileSync(path.join(folder, "pid"), String(process.ppid));
  const { readies } = start();
  await vi.waitFor(() => expect(readies).toHaveLength(1), 10_000);
  expect(isAlive(process.ppid)).toBe(true);
  expect(existsSync(path.join(folder, "kubeconfig"))).toBe(true);
});

it("a program that cannot be started is said with its reason, not retried in a hurry", async () => {
  const { phases } = start({ command: [path.join(folder, "missing")] });
  await vi.waitFor(() => expect(phases.map(({ phase }) => phase)).toContain("recovering"), 10_000);
});
