import { expect, it } from "vitest";
import type { KubeObject } from "../../apimachinery/index.ts";
import { builtinStrategies, resourceTypes } from "../../apis/index.ts";
import { createApiServer } from "../../apiserver/index.ts";
import { seededRandom, silentLogger, TestClock } from "../../base/index.ts";
import { ResourceClient } from "../../client/index.ts";
import { Storage } from "../../storage/index.ts";
import { startControllers } from "../start.ts";

/** One run of a cluster over what an earlier one has left. */
async function run(storage: Storage<KubeObject>) {
  const base = { clock: new TestClock(), random: seededRandom(), logger: silentLogger };
  const api = await createApiServer({ ...base, storage, strategies: builtinStrategies });
  const transport = api.transportFor({ name: "admin", groups: ["system:masters"] });
  const stop = new AbortController();
  const { signal } = stop;
  await startControllers({ ...base, transport, signal, rootCaPem: "the CA", clusterDnsIP: "10.96.0.10" });
  const service = await new ResourceClient({ transport, type: resourceTypes.services }).get({
    namespace: "kube-system",
    name: "kube-dns",
  });
  const classes = await new ResourceClient({ transport, type: resourceTypes.storageClasses }).list();
  stop.abort();
  api.dispose();
  return { service, classes: classes.items.map(({ metadata }) => metadata.name) };
}

it("what a cluster begins with is made once and found again by the next start", async () => {
  const storage = new Storage<KubeObject>();
  const first = await run(storage);
  expect([first.service.spec.clusterIP, first.classes]).toEqual(["10.96.0.10", ["standard"]]);
  const second = await run(storage);
  expect(second.service.metadata.uid).toBe(first.service.metadata.uid);
});
