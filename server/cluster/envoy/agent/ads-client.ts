import type { ContainerContext } from "../../container/index.ts";
import {
  type DiscoveryRequest,
  type DiscoveryResponse,
  TYPE_URL,
  type TypeUrl,
  type XdsNode,
} from "../../xds/index.ts";
import type { EnvoyProxy } from "../proxy.ts";
import { connectIstiod, firstWait, type IstiodConnection, istiodToken } from "./istiod-connection.ts";
import { RECONNECT_FIRST_MS, RECONNECT_LAST_MS } from "./limits.ts";
import type { AgentLog } from "./log.ts";

export interface AdsDeps {
  readonly context: ContainerContext;
  readonly node: XdsNode;
  readonly proxy: EnvoyProxy;
  readonly log: AgentLog;
  readonly signal: AbortSignal;
  /** After each push that was taken or refused. */
  readonly onPush: () => void;
}

interface Subscription {
  names: readonly string[];
  version: string;
  nonce: string;
}

/** How many pushes of a type were taken and refused; what readiness and its log line look at. */
export interface PushCounts {
  readonly accepted: number;
  readonly rejected: number;
}

const NAMED: readonly TypeUrl[] = [TYPE_URL.endpoint, TYPE_URL.route, TYPE_URL.secret];
const INTERNAL = 13;

/** The discovery stream: subscribes, hands pushes to the proxy, answers ACK or NACK, comes back after a loss. */
export class AdsClient {
  private readonly counts = new Map<TypeUrl, { accepted: number; rejected: number }>();
  private subscriptions = new Map<TypeUrl, Subscription>();
  private streams = 0;

  constructor(private readonly deps: AdsDeps) {}

  count(typeUrl: TypeUrl): PushCounts {
    return this.counts.get(typeUrl) ?? { accepted: 0, rejected: 0 };
  }

  /** Whether everything the proxy asked for by name has come. */
  settled(): boolean {
    const { proxy } = this.deps;
    return (
      proxy.wanted(TYPE_URL.route).every((name) => proxy.routes.has(name)) &&
      proxy.wanted(TYPE_URL.endpoint).every((name) => proxy.assignments.has(name))
    );
  }

  async run(): Promise<void> {
    const { context, log, signal } = this.deps;
    let wait = firstWait(context);
    while (!signal.aborted) {
      try {
        const connection = await connectIstiod(context);
        wait = RECONNECT_FIRST_MS;
        await this.follow(connection);
        if (!signal.aborted) log.info("upstream terminated with status EOF", "xdsproxy");
      } catch (error) {
        if (signal.aborted) return;
        const reason = error instanceof Error ? error.message : String(error);
        log.warn(
          `upstream [${this.streams}] terminated with unexpected error rpc error: code = Unavailable desc = ${reason}`,
          "xdsproxy",
        );
      }
      await context.clock.sleep(wait, signal);
      wait = Math.min(wait * 2, RECONNECT_LAST_MS);
    }
  }

  private async follow(connection: IstiodConnection): Promise<void> {
    const { signal, log, node } = this.deps;
    const stop = () => connection.close();
    signal.addEventListener("abort", stop, { once: true });
    this.streams += 1;
    const versions = this.deps.proxy.versions;
    this.subscriptions = new Map();
    try {
      log.info(
        `connected to upstream XDS server: istiod.istio-system.svc:15012\tid=${this.streams}`,
        "xdsproxy",
      );
      const first = (typeUrl: TypeUrl) => versions.get(typeUrl) ?? "";
      await this.send(connection, { typeUrl: TYPE_URL.cluster, versionInfo: first(TYPE_URL.cluster), node });
      await this.send(connection, { typeUrl: TYPE_URL.listener, versionInfo: first(TYPE_URL.listener) });
      await this.subscribe(connection);
      for await (const message of connection.stream.messages()) {
        if (message.kind === "error") throw new Error(message.message);
        if (message.kind === "discovery") await this.take(connection, message.response);
      }
    } finally {
      signal.removeEventListener("abort", stop);
      connection.close();
    }
  }

  private async take(connection: IstiodConnection, response: DiscoveryResponse): Promise<void> {
    const { proxy, log } = this.deps;
    const { typeUrl, nonce, versionInfo } = response;
    const count = this.counts.get(typeUrl) ?? { accepted: 0, rejected: 0 };
    this.counts.set(typeUrl, count);
    const subscription = this.subscriptions.get(typeUrl) ?? { names: [], version: "", nonce: "" };
    this.subscriptions.set(typeUrl, subscription);
    let errorDetail: DiscoveryRequest["errorDetail"];
    try {
      proxy.accept(typeUrl, versionInfo, response.resources);
      count.accepted += 1;
      subscription.version = versionInfo;
    } catch (error) {
      count.rejected += 1;
      const reason = error instanceof Error ? error.message : String(error);
      errorDetail = { code: INTERNAL, message: reason };
      log.warn(`gRPC config for ${typeUrl} rejected: ${reason}`, "envoy config");
    }
    subscription.nonce = nonce;
    const names = NAMED.includes(typeUrl) ? proxy.wanted(typeUrl) : [];
    subscription.names = names;
    await this.send(connection, {
      typeUrl,
      versionInfo: subscription.version,
      responseNonce: nonce,
      ...(NAMED.includes(typeUrl) ? { resourceNames: names } : {}),
      ...(errorDetail ? { errorDetail } : {}),
    });
    await this.subscribe(connection);
    this.deps.onPush();
  }

  /** Asks for what the accepted configuration names and has not been asked for yet. */
  private async subscribe(connection: IstiodConnection): Promise<void> {
    for (const typeUrl of NAMED) {
      const names = this.deps.proxy.wanted(typeUrl);
      const known = this.subscriptions.get(typeUrl);
      if (same(names, known?.names ?? [])) continue;
      this.subscriptions.set(typeUrl, { version: known?.version ?? "", nonce: known?.nonce ?? "", names });
      await this.send(connection, {
        typeUrl,
        resourceNames: names,
        ...(known ? { versionInfo: known.version, responseNonce: known.nonce } : {}),
      });
    }
  }

  private send(connection: IstiodConnection, request: DiscoveryRequest): Promise<void> {
    return connection.stream.send({ kind: "discovery", token: istiodToken(this.deps.context), request });
  }
}

function same(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((one, i) => one === b[i]);
}
