// Eight proxy passes (four pods in a row, each with a sidecar: outbound and inbound, mutual TLS between) against a bare
// chain of the same length: node:http and node:tls over the same in-memory sockets, no Envoy in it. Same run, same machine.
import { Agent, createServer, get, type RequestListener, request } from "node:http";
import { connect as connectTls, createSecureContext, TLSSocket } from "node:tls";
import { seededRandom, silentLogger, systemClock } from "../server/cluster/base/index.ts";
import { createTestCa } from "../server/cluster/envoy/testing/certificates.ts";
import {
  endpoints,
  inbound,
  inboundCluster,
  outbound,
  outboundCluster,
  PASSTHROUGH,
  routes,
} from "../server/cluster/envoy/testing/config.ts";
import { type SidecarPod, TestMesh } from "../server/cluster/envoy/testing/mesh.ts";
import { createPracticeNetwork, type PodNetwork } from "../server/cluster/network/index.ts";
import { TYPE_URL } from "../server/cluster/xds/index.ts";
import { sized } from "./lib/measure.ts";
import { report } from "./lib/report.ts";

const HOPS = 4;
const REQUESTS = sized(600, 100);
const CONCURRENT = 20;
const URI = "spiffe://cluster.local/ns/demo/sa/server";

interface Result {
  readonly p50: number;
  readonly p99: number;
  readonly perSecond: number;
  /** Milliseconds of CPU a request takes; says more than time does on a busy machine. */
  readonly cpu: number;
}

function agentOf(connect: () => Promise<unknown>): Agent {
  const agent = new Agent({ keepAlive: true });
  Object.assign(agent, {
    createConnection: (_options: unknown, created: (error: unknown, socket?: unknown) => void) => {
      connect().then(
        (socket) => created(null, socket),
        (error: unknown) => created(error),
      );
    },
  });
  return agent;
}

function once(agent: Agent, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    get({ agent, host, path: "/", headers: { host: "server" } }, (message) => {
      message.resume();
      message.once("end", () => resolve(message.statusCode ?? 0));
    }).once("error", reject);
  });
}

async function measure(one: () => Promise<number>): Promise<Result> {
  for (let i = 0; i < 50; i++) await one();
  const times: number[] = [];
  for (let i = 0; i < REQUESTS; i++) {
    const begun = performance.now();
    const status = await one();
    if (status !== 200) throw new Error(`status ${status}`);
    times.push(performance.now() - begun);
  }
  times.sort((a, b) => a - b);
  const together = (each: number) =>
    Promise.all(
      Array.from({ length: CONCURRENT }, async () => {
        for (let i = 0; i < each; i++) await one();
      }),
    );
  await together(1); // opens the connections
  const begun = performance.now();
  const before = process.cpuUsage();
  await together(REQUESTS / CONCURRENT);
  const { user, system } = process.cpuUsage(before);
  const seconds = (performance.now() - begun) / 1000;
  const at = (share: number) => times[Math.floor(times.length * share)] ?? Number.NaN;
  return {
    p50: at(0.5),
    p99: at(0.99),
    perSecond: REQUESTS / seconds,
    cpu: (user + system) / 1000 / REQUESTS,
  };
}

/** Client pod → server pods 1 … HOPS, each asking the next; every pod has a sidecar. */
async function meshChain(): Promise<{ one: () => Promise<number>; stop: () => void }> {
  const mesh = await TestMesh.create({ clock: systemClock, random: seededRandom() });
  const pods: SidecarPod[] = [];
  for (let i = 0; i <= HOPS; i++) pods.push(await mesh.sidecarPod(`pod-${i}`, { uri: URI }));
  pods.forEach((pod, i) => {
    const next = pods[i + 1];
    const name = "outbound|80||server.demo.svc.cluster.local";
    pod.proxy.accept(TYPE_URL.cluster, "1", [
      inboundCluster(8081),
      outboundCluster(name, "auto"),
      PASSTHROUGH,
    ]);
    if (next)
      pod.proxy.accept(TYPE_URL.endpoint, "1", [
        endpoints(name, [{ address: next.network.ip, port: 8081, meshed: true }]),
      ]);
    pod.proxy.accept(TYPE_URL.listener, "1", [...outbound(80), inbound(8081, "STRICT")]);
    pod.proxy.accept(TYPE_URL.route, "1", [
      routes("80", [{ name: "default", match: { prefix: "/" }, route: { cluster: name, timeout: "0s" } }]),
    ]);
    const agent = agentOf(() => pod.network.connect({ host: "10.43.0.1", port: 80, allowHalfOpen: false }));
    const handler: RequestListener = (_message, response) => {
      if (next)
        once(agent, "server").then(
          (status) => response.writeHead(status).end("hello"),
          () => response.destroy(),
        );
      else response.end("hello");
    };
    if (i > 0) mesh.serve(pod.network, 8081, handler);
  });
  const [first] = pods;
  if (!first) throw new Error("no pods");
  const agent = agentOf(() => first.network.connect({ host: "10.43.0.1", port: 80, allowHalfOpen: false }));
  return { one: () => once(agent, "server"), stop: () => mesh.dispose() };
}

/** The same hops with nothing but Node in between: plain in, TLS across, plain out. */
async function bareChain(): Promise<{ one: () => Promise<number> }> {
  const network = createPracticeNetwork({ clock: systemClock, random: seededRandom(), logger: silentLogger });
  const ca = await createTestCa(systemClock.now());
  const pair = await ca.issue({ uri: URI });
  const secureContext = createSecureContext({ ...pair, ca: ca.pem });
  const pods: PodNetwork[] = Array.from({ length: HOPS + 1 }, (_, i) =>
    network.attachPod({ namespace: "demo", name: `bare-${i}` }),
  );
  const relay =
    (agent: Agent): RequestListener =>
    (message, response) => {
      const outgoing = request(
        { agent, host: "next", path: message.url, method: message.method, headers: message.headers },
        (answer) => {
          response.writeHead(answer.statusCode ?? 0, answer.headers);
          answer.pipe(response);
        },
      );
      message.pipe(outgoing);
    };
  const serve = (pod: PodNetwork, port: number, options: { tls: boolean; handler: RequestListener }) => {
    const server = createServer(options.handler);
    pod.listen({ port }, (connection) => {
      const tls = { isServer: true, secureContext, requestCert: true, rejectUnauthorized: false };
      server.emit("connection", options.tls ? new TLSSocket(connection, tls) : connection);
    });
  };
  pods.forEach((pod, i) => {
    const next = pods[i + 1];
    if (next) {
      const across = agentOf(async () => {
        const raw = await pod.connect({ host: next.ip, port: 15006, allowHalfOpen: false });
        return connectTls({ socket: raw, secureContext, rejectUnauthorized: false });
      });
      serve(pod, 15001, { tls: false, handler: relay(across) });
    }
    if (i === 0) return;
    serve(pod, 15006, {
      tls: true,
      handler: relay(agentOf(() => pod.connect({ host: "127.0.0.1", port: 8081, allowHalfOpen: false }))),
    });
    const own = agentOf(() => pod.connect({ host: "127.0.0.1", port: 15001, allowHalfOpen: false }));
    const handler: RequestListener = (_message, response) => {
      if (next)
        once(own, "next").then(
          (status) => response.writeHead(status).end("hello"),
          () => response.destroy(),
        );
      else response.end("hello");
    };
    serve(pod, 8081, { tls: false, handler });
  });
  const [first] = pods;
  if (!first) throw new Error("no pods");
  const agent = agentOf(() => first.connect({ host: "127.0.0.1", port: 15001, allowHalfOpen: false }));
  return { one: () => once(agent, "next") };
}

const bare = await measure((await bareChain()).one);
const chain = await meshChain();
const proxied = await measure(chain.one);
chain.stop();
const name = "bare chain";
report(`proxy-passes (${HOPS * 2} passes, mutual TLS between pods, ${REQUESTS} requests)`, [
  {
    ...{ what: "a request p50", ours: proxied.p50, unit: "ms", peer: { name, value: bare.p50 } },
    budget: { limit: 3, is: "at most" },
  },
  { what: "a request p99", ours: proxied.p99, unit: "ms", peer: { name, value: bare.p99 } },
  {
    ...{ what: `${CONCURRENT} at a time`, ours: proxied.perSecond, unit: "requests/s" },
    peer: { name, value: bare.perSecond },
    budget: { limit: 600, is: "at least" },
  },
  {
    ...{ what: "CPU of each", ours: proxied.cpu, unit: "ms", peer: { name, value: bare.cpu } },
    budget: { limit: 2.5, is: "at most", of: "ratio" },
  },
]);
process.exit(0);
