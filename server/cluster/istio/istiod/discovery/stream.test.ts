import { describe, expect, it } from "vitest";
import { seededRandom, silentLogger, TestClock } from "../../../base/index.ts";
import { type DiscoveryRequest, type DiscoveryResponse, TYPE_URL } from "../../../xds/index.ts";
import { app, ingress, pushOf, sidecarOf, worldOf } from "../testing/world.ts";
import { Debouncer } from "./debounce.ts";
import { DiscoveryStream } from "./stream.ts";
import { syncStatus } from "./sync-status.ts";

const web = app("web", { ip: "10.42.0.10" });
const strict = `
apiVersion: security.istio.io/v1beta1
kind: PeerAuthentication
metadata: {name: default, namespace: shop}
spec: {mtls: {mode: STRICT}}
`;

function connect(proxy = sidecarOf("web", "10.42.0.10")) {
  const sent: DiscoveryResponse[] = [];
  const stream = new DiscoveryStream({
    proxy,
    clock: new TestClock(),
    random: seededRandom(),
    logger: silentLogger,
    send: (response) => sent.push(response),
  });
  const push = pushOf(worldOf(web));
  const ask = (request: DiscoveryRequest) => stream.handle(request, push);
  const take = () => sent.splice(0);
  return { stream, push, ask, take };
}

const answer = ({ typeUrl, versionInfo, nonce }: DiscoveryResponse): DiscoveryRequest => ({
  typeUrl,
  versionInfo,
  responseNonce: nonce,
});

describe("DiscoveryStream", () => {
  it("answers the first request and is silent after the ACK", () => {
    const { stream, ask, take } = connect();
    ask({ typeUrl: TYPE_URL.listener });
    const [response] = take();
    if (!response) throw new Error("no response");
    expect(syncStatus(stream)).toMatchObject({ proxy: "web-v1.shop", listener_sent: response.nonce });
    expect(syncStatus(stream).listener_acked).toBeUndefined();
    ask(answer(response));
    expect(take()).toEqual([]);
    expect(syncStatus(stream)).toEqual({
      cluster_id: "Kubernetes",
      proxy: "web-v1.shop",
      proxy_type: "sidecar",
      istio_version: "1.21.6",
      listener_sent: response.nonce,
      listener_acked: response.nonce,
    });
  });

  it("pushes only the types that a change touches", () => {
    const { stream, ask, take } = connect();
    for (const typeUrl of [TYPE_URL.cluster, TYPE_URL.listener]) ask({ typeUrl });
    take();
    stream.push(pushOf(worldOf(web)));
    expect(take()).toEqual([]);
    stream.push(pushOf(worldOf(web, strict)));
    expect(take().map(({ typeUrl }) => typeUrl)).toEqual([TYPE_URL.listener]);
  });

  it("answers a changed subscription, but not a stale nonce", () => {
    const { ask, take } = connect();
    ask({ typeUrl: TYPE_URL.route, resourceNames: ["8080"] });
    const [response] = take();
    if (!response) throw new Error("no response");
    ask({ ...answer(response), responseNonce: "older", resourceNames: ["8080", "9090"] });
    expect(take()).toEqual([]);
    ask({ ...answer(response), resourceNames: ["8080", "9090"] });
    expect(take()[0]?.resources.map((resource) => (resource as { name: string }).name)).toEqual([
      "8080",
      "9090",
    ]);
  });

  it("keeps the proxy's refusal and does not repeat what was refused", () => {
    const { stream, push, ask, take } = connect();
    ask({ typeUrl: TYPE_URL.cluster });
    const [response] = take();
    if (!response) throw new Error("no response");
    ask({ ...answer(response), errorDetail: { code: 13, message: "no such field" } });
    stream.push(push);
    expect(take()).toEqual([]);
    expect(stream.state(TYPE_URL.cluster)).toMatchObject({ rejected: "no such field" });
    expect(syncStatus(stream).cluster_acked).toBeUndefined();
  });

  it("tells a gateway of no listeners, but sends no routes", () => {
    const { ask, take } = connect(ingress);
    ask({ typeUrl: TYPE_URL.listener });
    ask({ typeUrl: TYPE_URL.route, resourceNames: [] });
    expect(take().map(({ typeUrl, resources }) => [typeUrl, resources])).toEqual([[TYPE_URL.listener, []]]);
  });
});

describe("Debouncer", () => {
  it("waits for quiet, but not for ever", async () => {
    const clock = new TestClock();
    let runs = 0;
    const debouncer = new Debouncer({ clock, quietMs: 15, maxMs: 100 }, () => {
      runs += 1;
    });
    debouncer.trigger();
    await clock.advance(14);
    expect(runs).toBe(0);
    await clock.advance(1);
    expect(runs).toBe(1);
    for (let elapsed = 0; elapsed < 100; elapsed += 10) {
      debouncer.trigger();
      await clock.advance(10);
    }
    expect(runs).toBe(2);
  });
});
