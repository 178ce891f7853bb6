import { afterEach, beforeEach, expect, it } from "vitest";
import type { KubeObject } from "../../apimachinery/index.ts";
import { builtinStrategies, resourceTypes } from "../../apis/index.ts";
import { createApiServer } from "../../apiserver/index.ts";
import { seededRandom, silentLogger, TestClock } from "../../base/index.ts";
import { ResourceClient, type ResourceType } from "../../client/index.ts";
import { Storage } from "../../storage/index.ts";
import { startControllers } from "../start.ts";

const reference = { namespace: "default", name: "kubernetes" };
let end: () => void;
let clock: TestClock;
let client: <T extends KubeObject>(type: ResourceType<T>) => ResourceClient<T>;

beforeEach(async () => {
  clock = new TestClock();
  const base = { clock, random: seededRandom(), logger: silentLogger };
  const storage = new Storage<KubeObject>();
  const api = await createApiServer({ ...base, storage, strategies: builtinStrategies });
  const transport = api.transportFor({ name: "admin", groups: ["system:masters"] });
  const stop = new AbortController();
  end = () => {
    stop.abort();
    api.dispose();
  };
  const { signal } = stop;
  const apiServer = { address: "172.18.0.2", port: 6443 };
  await startControllers({ ...base, transport, signal, rootCaPem: "the CA", apiServer });
  client = (type) => new ResourceClient({ transport, type });
});
afterEach(() => end());

/** Lets the controllers work until `look` no longer throws. */
async function until<T>(look: () => Promise<T>): Promise<T> {
  for (let round = 0; ; round++) {
    await clock.advance(50);
    try {
      return await look();
    } catch (error) {
      if (round >= 200) throw error;
    }
  }
}

it("the service kubernetes stands at the first address and leads to the API server", async () => {
  const service = await until(() => client(resourceTypes.services).get(reference));
  expect(service.spec).toMatchObject({
    type: "ClusterIP",
    clusterIP: "10.96.0.1",
    ports: [{ name: "https", port: 443, protocol: "TCP", targetPort: 6443 }],
  });
  const slice = await until(() => client(resourceTypes.endpointSlices).get(reference));
  expect(slice.endpoints?.[0]?.addresses).toEqual(["172.18.0.2"]);
  expect(slice.ports).toMatchObject([{ name: "https", port: 6443 }]);
  const endpoints = await until(() => client(resourceTypes.endpoints).get(reference));
  expect(endpoints.subsets?.[0]?.addresses).toEqual([{ ip: "172.18.0.2" }]);
});

it("comes back when somebody deletes it", async () => {
  const { metadata } = await until(() => client(resourceTypes.services).get(reference));
  await client(resourceTypes.services).delete(reference);
  await until(async () => {
    const again = await client(resourceTypes.services).get(reference);
    expect(again.metadata.uid).not.toBe(metadata.uid);
  });
});
