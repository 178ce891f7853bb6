import { Agent, createServer, type IncomingHttpHeaders, type RequestListener, request } from "node:http";
import {
  type Clock,
  type Disposable,
  DisposableStore,
  type Random,
  silentLogger,
  toDisposable,
} from "../../base/index.ts";
import {
  type AttachedPod,
  type ConnectOptions,
  createPracticeNetwork,
  type PodNetwork,
  type PracticeNetwork,
} from "../../network/index.ts";
import type { Bootstrap } from "../../xds/index.ts";
import { EnvoyProxy } from "../proxy.ts";
import { caSecret, createTestCa, pairSecret, type TestCa } from "./certificates.ts";
import { bootstrap } from "./config.ts";

export const DESTINATION_PORT = 80;

export interface MeshDeps {
  readonly clock: Clock;
  readonly random: Random;
}

export interface SidecarPod {
  readonly network: AttachedPod;
  readonly proxy: EnvoyProxy;
  readonly log: string[];
}

/** Pods with sidecars on a practice network, without a control plane: tests hand xDS in. */
export class TestMesh implements Disposable {
  private readonly store = new DisposableStore();

  private constructor(
    readonly network: PracticeNetwork,
    readonly ca: TestCa,
    private readonly deps: MeshDeps,
  ) {}

  static async create(deps: MeshDeps): Promise<TestMesh> {
    const network = createPracticeNetwork({ ...deps, logger: silentLogger });
    return new TestMesh(network, await createTestCa(deps.clock.now()), deps);
  }

  plainPod(name: string): AttachedPod {
    return this.store.add(this.network.attachPod({ namespace: "demo", name }));
  }

  async sidecarPod(
    name: string,
    certificate: { ca?: TestCa; uri?: string; notAfter?: Date; statsConfig?: Bootstrap["statsConfig"] } = {},
  ): Promise<SidecarPod> {
    const network = this.plainPod(name);
    network.redirect({
      outboundPort: 15001,
      inboundPort: 15006,
      proxyUid: 1337,
      excludeInboundPorts: [15090, 15021, 15020],
    });
    const log: string[] = [];
    const proxy = this.store.add(
      new EnvoyProxy({
        ...this.deps,
        network,
        bootstrap: {
          ...bootstrap({ name, ip: network.ip }),
          ...(certificate.statsConfig ? { statsConfig: certificate.statsConfig } : {}),
        },
        readFile: () => undefined,
        writeLog: (_path, text) => log.push(text.trimEnd()),
      }),
    );
    const issuer = certificate.ca ?? this.ca;
    const uri = certificate.uri ?? `spiffe://cluster.local/ns/demo/sa/${name}`;
    const pair = await issuer.issue({
      uri,
      ...(certificate.notAfter ? { notAfter: certificate.notAfter } : {}),
    });
    proxy.setSecret(pairSecret("default", pair), "1");
    proxy.setSecret(caSecret("ROOTCA", this.ca.pem), "1");
    return { network, proxy, log };
  }

  /** An application of a pod. */
  serve(pod: AttachedPod, port: number, handler: RequestListener): void {
    const server = createServer(handler);
    server.keepAliveTimeout = 0;
    // As most servers answer bytes that are no HTTP.
    server.on("clientError", (_error, socket) =>
      socket.end("HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n"),
    );
    const listening = pod.listen({ port }, (connection) => {
      server.emit("connection", connection);
    });
    this.store.add(listening);
    this.store.add(toDisposable(() => server.close()));
  }

  dispose(): void {
    this.store.dispose();
  }
}

export type Answer =
  | { readonly status: number; readonly headers: IncomingHttpHeaders; readonly body: string }
  | { readonly failure: string };

/** What curl in a pod would see. */
export function fetchFrom(
  pod: PodNetwork,
  target: ConnectOptions & {
    readonly path?: string;
    readonly method?: string;
    readonly headers?: Record<string, string>;
    readonly body?: string;
    readonly authority?: string;
  },
): Promise<Answer> {
  const agent = new Agent({ keepAlive: false });
  Object.assign(agent, {
    createConnection: (_options: unknown, created: (error: unknown, socket?: unknown) => void) => {
      pod.connect(target).then(
        (socket) => created(null, socket),
        (error: unknown) => created(error),
      );
    },
  });
  return new Promise((resolve) => {
    const outgoing = request(
      {
        agent,
        host: target.host,
        path: target.path ?? "/",
        method: target.method ?? "GET",
        headers: { host: target.authority ?? target.host, ...target.headers },
      },
      (message) => {
        const chunks: Buffer[] = [];
        message.on("data", (chunk: Buffer) => chunks.push(chunk));
        message.on("end", () =>
          resolve({
            status: message.statusCode ?? 0,
            headers: message.headers,
            body: Buffer.concat(chunks).toString("utf8"),
          }),
        );
        message.on("error", (error) => resolve({ failure: codeOf(error) }));
      },
    );
    outgoing.on("error", (error) => resolve({ failure: codeOf(error) }));
    outgoing.end(target.body);
  });
}

function codeOf(error: Error): string {
  return "code" in error && typeof error.code === "string" ? error.code : error.message;
}
