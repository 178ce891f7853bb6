import { afterEach, beforeEach, expect, it } from "vitest";
import { type KubeEvent, resourceTypes } from "../../apis/index.ts";
import { seededRandom, silentLogger, TestClock } from "../../base/index.ts";
import { SharedInformers, type Transport } from "../../client/index.ts";
import { EVENT_TTL_MS } from "../limits.ts";
import { startEventTtlController } from "./controller.ts";

/** Only what this controller asks of a server: a list, a quiet watch, deletions. */
class EventServer implements Transport {
  readonly deleted: string[] = [];

  constructor(private readonly items: readonly KubeEvent[]) {}

  async request({ method, path }: { method: string; path: string }) {
    if (method === "DELETE") this.deleted.push(path);
    return { apiVersion: "v1", kind: "EventList", metadata: { resourceVersion: "1" }, items: this.items };
  }

  async *watch({ signal }: { signal?: AbortSignal }): AsyncGenerator<never> {
    await new Promise((resolve) => signal?.addEventListener("abort", resolve));
  }
}

let stop: AbortController;
beforeEach(() => {
  stop = new AbortController();
});
afterEach(() => stop.abort());

it("deletes an event an hour after it was last seen, not earlier", async () => {
  const clock = new TestClock();
  const lastTimestamp = new Date(clock.now()).toISOString();
  const metadata = { name: "seen", namespace: "default", resourceVersion: "1", uid: "1" };
  const transport = new EventServer([
    { apiVersion: "v1", kind: "Event", metadata, involvedObject: {}, lastTimestamp },
  ]);
  const informers = new SharedInformers({ transport, clock, logger: silentLogger });
  const random = seededRandom();
  const { signal } = stop;
  startEventTtlController({ transport, informers, clock, random, logger: silentLogger, signal });
  informers.of(resourceTypes.events).start(signal);
  await clock.advance(EVENT_TTL_MS - 1);
  expect(transport.deleted).toEqual([]);
  await clock.advance(1);
  expect(transport.deleted).toEqual(["/api/v1/namespaces/default/events/seen"]);
});
