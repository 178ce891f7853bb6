import { describe, expect, it } from "vitest";
import type { KubeObject } from "../apimachinery/index.ts";
import { silentLogger, TestClock } from "../base/index.ts";
import { Informer, waitForCacheSync } from "./informer.ts";
import { ResourceClient } from "./resource-client.ts";
import { keyOf } from "./resource-type.ts";
import { FakeTransport } from "./testing.ts";

const type = { group: "", version: "v1", kind: "Thing", plural: "things", namespaced: false };

async function started() {
  const transport = new FakeTransport();
  transport.put("a");
  const clock = new TestClock();
  const stop = new AbortController();
  const client = new ResourceClient<KubeObject>({ transport, type });
  const informer = new Informer({ client, clock, logger: silentLogger });
  const seen: string[] = [];
  const told = (what: string) => (object: KubeObject) => seen.push(`${what} ${keyOf(object)}`);
  informer.addHandler({ added: told("added"), updated: told("updated"), deleted: told("deleted") });
  informer.start(stop.signal);
  expect(await waitForCacheSync([informer], stop.signal)).toBe(true);
  return { transport, clock, stop, informer, seen };
}

describe("an informer", () => {
  it("lists, then follows changes", async () => {
    const { transport, clock, stop, informer, seen } = await started();
    transport.put("b");
    transport.put("a", { changed: true });
    transport.remove("b");
    await clock.advance(0);
    expect(seen).toEqual(["added a", "added b", "updated a", "deleted b"]);
    expect(informer.lister.list().map(keyOf)).toEqual(["a"]);
    expect(transport.lists).toBe(1);
    stop.abort();
  });

  it("goes on where it stopped when the server ends the watch, without listing again", async () => {
    const { transport, clock, stop, seen } = await started();
    transport.endWatches();
    await clock.advance(0);
    transport.put("b");
    await clock.advance(100);
    expect(seen).toEqual(["added a", "added b"]);
    expect(transport.lists).toBe(1);
    stop.abort();
  });

  it("lists anew when its position has expired, and tells what was missed", async () => {
    const { transport, clock, stop, seen } = await started();
    transport.endWatches();
    await clock.advance(0);
    transport.put("b");
    transport.remove("a");
    transport.forget();
    await clock.advance(100);
    expect(seen).toEqual(["added a", "added b", "deleted a"]);
    expect(transport.lists).toBe(2);
    stop.abort();
  });

  it("tells a late handler of what is known, and nothing after disposal", async () => {
    const { transport, clock, stop, informer } = await started();
    const seen: string[] = [];
    const handler = informer.addHandler({ added: (object) => seen.push(keyOf(object)) });
    handler.dispose();
    transport.put("b");
    await clock.advance(0);
    expect(seen).toEqual(["a"]);
    stop.abort();
  });
});
