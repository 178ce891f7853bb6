// What a client was told is true for ever, however the process ends.
import { CoreV1Api, KubeConfig, type V1ConfigMap } from "@kubernetes/client-node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bundleCluster, type ClusterBundle, clusterFolder, startCluster } from "./practice-process.ts";

const ROUNDS = 20;
/** Writers at once; each writes one object after the other until the server is gone. */
const WRITERS = 4;
/** Acknowledged writes after which the process is killed; it differs, so that the kill falls everywhere. */
const writesOf = (round: number) => 5 + ((round * 13) % 37);

const folder = clusterFolder();
let bundle: ClusterBundle;

beforeAll(async () => {
  bundle = await bundleCluster();
});
afterAll(() => {
  bundle.dispose();
  folder.dispose();
});

interface Known {
  readonly uid: string;
  readonly value: string;
  readonly resourceVersion: number;
}

const known = (object: V1ConfigMap): Known => ({
  uid: object.metadata?.uid ?? "",
  value: object.data?.v ?? "",
  resourceVersion: Number(object.metadata?.resourceVersion),
});

describe("a killed practice cluster", () => {
  it(`[KILL1] loses nothing it has acknowledged in ${ROUNDS} rounds of kill -9`, {
    timeout: 400_000,
  }, async () => {
    const acknowledged = new Map<string, Known>();
    const removed = new Set<string>();
    /** What the killed process may or may not have done: asked for, never answered. */
    const open = new Set<string>();
    let highest = 0;
    for (let round = 0; round <= ROUNDS; round++) {
      const cluster = await startCluster(bundle, folder);
      const config = new KubeConfig();
      config.loadFromFile(folder.kubeconfig);
      const core = config.makeApiClient(CoreV1Api);
      const list = await core.listNamespacedConfigMap({ namespace: "default", labelSelector: "killed=yes" });
      expect(Number(list.metadata?.resourceVersion)).toBeGreaterThanOrEqual(highest);
      const present = new Map(list.items.map((item) => [item.metadata?.name ?? "", known(item)]));
      for (const name of open) {
        const found = present.get(name);
        const before = acknowledged.get(name);
        if (found && before) expect(found.uid).toBe(before.uid);
        if (found) acknowledged.set(name, found);
        else acknowledged.delete(name);
      }
      open.clear();
      expect(Object.fromEntries(present)).toEqual(Object.fromEntries(acknowledged));
      expect([...removed].filter((name) => present.has(name))).toEqual([]);
      if (round === ROUNDS) {
        await cluster.end("SIGTERM");
        break;
      }
      let left = writesOf(round);
      let killing: Promise<void> | undefined;
      const told = (object: V1ConfigMap) => {
        const fact = known(object);
        highest = Math.max(highest, fact.resourceVersion);
        acknowledged.set(object.metadata?.name ?? "", fact);
        if (--left <= 0) killing ??= cluster.end("SIGKILL");
      };
      const writer = async (number: number): Promise<void> => {
        for (let turn = 0; ; turn++) {
          const name = `r${round}-w${number}-${turn}`;
          const metadata = { name, labels: { killed: "yes" } };
          const namespace = "default";
          open.add(name);
          const made = await core.createNamespacedConfigMap({
            namespace,
            body: { metadata, data: { v: "1" } },
          });
          told(made);
          told(
            await core.replaceNamespacedConfigMap({ namespace, name, body: { ...made, data: { v: "2" } } }),
          );
          if (turn % 3 === 2) {
            await core.deleteNamespacedConfigMap({ namespace, name });
            acknowledged.delete(name);
            removed.add(name);
          }
          open.delete(name);
        }
      };
      const ended = await Promise.allSettled(Array.from({ length: WRITERS }, (_, number) => writer(number)));
      expect(ended.map(({ status }) => status)).toEqual(ended.map(() => "rejected"));
      expect(killing).toBeDefined(); // nothing but the kill ended the writers
      await killing;
    }
    expect(acknowledged.size).toBeGreaterThan(ROUNDS);
  });
});
