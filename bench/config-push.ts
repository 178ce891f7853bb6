// A VirtualService changes: until the last proxy runs the new routes. istiod's parts (snapshot, generators, discovery streams)
// and the real proxies, joined by JSON as on the wire; without the watch and the debounce (DEBOUNCE_QUIET_MS) in front of them.
// The peer moves the same resources as JSON and does nothing with them.
import { seededRandom, silentLogger, systemClock } from "../server/cluster/base/index.ts";
import { EnvoyProxy } from "../server/cluster/envoy/index.ts";
import {
  DEBOUNCE_QUIET_MS,
  DiscoveryStream,
  parseProxy,
  pushOf,
  worldFrom,
} from "../server/cluster/istio/testing.ts";
import { createPracticeNetwork } from "../server/cluster/network/index.ts";
import { type DiscoveryRequest, type DiscoveryResponse, TYPE_URL } from "../server/cluster/xds/index.ts";
import { median, sized } from "./lib/measure.ts";
import { report } from "./lib/report.ts";

const ROUNDS = sized(7, 2);
const ORDER = [TYPE_URL.cluster, TYPE_URL.endpoint, TYPE_URL.listener, TYPE_URL.route] as const;

interface MeshSize {
  readonly proxies: number;
  readonly services: number;
}

const created = "2026-01-01T00:00:00Z";

function objects({ services, proxies }: MeshSize, ips: readonly string[]): object[] {
  return Array.from({ length: services }, (_, i) => {
    const name = `service-${i}`;
    const own = ips.filter((_ip, at) => at % services === i && at < proxies);
    const pods = own.map((ip, at) => ({
      apiVersion: "v1",
      kind: "Pod",
      metadata: {
        name: `${name}-${at}`,
        namespace: "shop",
        labels: { app: name, version: "v1", "security.istio.io/tlsMode": "istio" },
      },
      spec: { serviceAccountName: name, containers: [{ name, ports: [{ containerPort: 8080 }] }] },
      status: { podIP: ip },
    }));
    return [
      {
        apiVersion: "v1",
        kind: "Service",
        metadata: { name, namespace: "shop", creationTimestamp: created },
        spec: {
          clusterIP: `10.96.${Math.floor(i / 250)}.${i % 250}`,
          selector: { app: name },
          ports: [{ name: "http", port: 80, targetPort: 8080 }],
        },
      },
      ...pods,
      {
        apiVersion: "discovery.k8s.io/v1",
        kind: "EndpointSlice",
        metadata: { name: `${name}-1`, namespace: "shop", labels: { "kubernetes.io/service-name": name } },
        addressType: "IPv4",
        ports: [{ name: "http", port: 8080 }],
        endpoints: own.map((ip, at) => ({
          addresses: [ip],
          conditions: { ready: true },
          targetRef: { kind: "Pod", name: `${name}-${at}`, namespace: "shop" },
        })),
      },
    ];
  }).flat();
}

const route = (weight: number) => ({
  apiVersion: "networking.istio.io/v1beta1",
  kind: "VirtualService",
  metadata: { name: "split", namespace: "shop", creationTimestamp: created },
  spec: {
    hosts: ["service-0"],
    http: [
      {
        route: [
          { destination: { host: "service-0" }, weight },
          { destination: { host: "service-1" }, weight: 100 - weight },
        ],
      },
    ],
  },
});

async function measure(size: MeshSize): Promise<{ ours: number; peer: number }> {
  const network = createPracticeNetwork({ clock: systemClock, random: seededRandom(), logger: silentLogger });
  const pods = Array.from({ length: size.proxies }, (_, i) =>
    network.attachPod({ namespace: "shop", name: `pod-${i}` }),
  );
  const base = objects(
    size,
    pods.map(({ ip }) => ip),
  );
  let before: ReturnType<typeof worldFrom> | undefined;
  const snapshot = (weight: number) => {
    const world = worldFrom([...base, route(weight)] as never);
    const push = pushOf(world, before ? { before } : {});
    before = world;
    return push;
  };
  let sent: unknown[] = [];
  const streams = pods.map((pod, i) => {
    const name = `service-${i % size.services}-${Math.floor(i / size.services)}`;
    const node = {
      id: `sidecar~${pod.ip}~${name}.shop~shop.svc.cluster.local`,
      cluster: "bench",
      metadata: { ISTIO_VERSION: "1.21.6", LABELS: {} },
    };
    const client = parseProxy(node);
    if (!client) throw new Error(node.id);
    const proxy = new EnvoyProxy({
      clock: systemClock,
      random: seededRandom(),
      network: pod,
      bootstrap: {
        node,
        staticResources: { listeners: [], clusters: [] },
        dynamicResources: {
          ldsConfig: { ads: {} },
          cdsConfig: { ads: {} },
          adsConfig: { apiType: "GRPC", grpcServices: [] },
        },
        admin: { address: { socketAddress: { address: "127.0.0.1", portValue: 15000 } } },
      },
      readFile: () => undefined,
      writeLog: () => undefined,
    });
    const answers: DiscoveryRequest[] = [];
    const stream = new DiscoveryStream({
      proxy: client,
      clock: systemClock,
      random: seededRandom(),
      logger: silentLogger,
      send: (response: DiscoveryResponse) => {
        sent.push(response);
        const { typeUrl, versionInfo, nonce, resources } = JSON.parse(JSON.stringify(response));
        proxy.accept(typeUrl, versionInfo, resources);
        answers.push({
          typeUrl,
          versionInfo,
          responseNonce: nonce,
          resourceNames: proxy.wanted(typeUrl),
        });
      },
    });
    return { stream, proxy, answers };
  });
  const acknowledge = (push: ReturnType<typeof snapshot>) => {
    for (const { stream, answers } of streams)
      for (let answer = answers.shift(); answer; answer = answers.shift()) stream.handle(answer, push);
  };
  const first = snapshot(50);
  for (const { stream, proxy } of streams)
    for (const typeUrl of ORDER) stream.handle({ typeUrl, resourceNames: proxy.wanted(typeUrl) }, first);
  acknowledge(first);
  const ours: number[] = [];
  const peer: number[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    sent = [];
    const begun = performance.now();
    const push = snapshot(round + 1);
    for (const { stream } of streams) stream.push(push);
    acknowledge(push);
    const took = performance.now() - begun;
    const weight = streams.at(-1)?.proxy.routes.get("80")?.resource.virtualHosts[0]?.routes?.[0]?.route;
    if (weight?.weightedClusters?.clusters[0]?.weight !== round + 1) throw new Error("not arrived");
    const moved = performance.now();
    for (const one of sent) JSON.parse(JSON.stringify(one));
    if (round > 0) {
      ours.push(took);
      peer.push(performance.now() - moved);
    }
  }
  for (const { proxy } of streams) proxy.dispose();
  return { ours: median(ours), peer: median(peer) };
}

const sizes: readonly (MeshSize & { readonly budget?: number })[] = [
  { proxies: 20, services: 20, budget: 50 - DEBOUNCE_QUIET_MS },
  { proxies: sized(200, 60), services: 20, budget: 500 - DEBOUNCE_QUIET_MS },
  { proxies: 20, services: 10 },
  { proxies: 20, services: 100 },
  { proxies: 20, services: sized(300, 150) },
];
const figures = [];
for (const { budget, ...size } of sizes) {
  const { ours, peer } = await measure(size);
  figures.push({
    what: `${size.proxies} proxies, ${size.services} services`,
    ours,
    unit: "ms",
    peer: { name: "bare JSON", value: peer },
    ...(budget === undefined ? {} : { budget: { limit: budget, is: "at most" as const } }),
  });
}
report(
  `config-push (a changed VirtualService in every proxy; ${DEBOUNCE_QUIET_MS} ms of debounce come on top)`,
  figures,
);
