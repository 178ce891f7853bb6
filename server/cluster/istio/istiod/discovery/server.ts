import type { Duplex } from "node:stream";
import type { Clock, Disposable, Logger, Random } from "../../../base/index.ts";
import type { Transport } from "../../../client/index.ts";
import { type ClientMessage, JsonLineStream, type ServerMessage } from "../../../xds/index.ts";
import { authenticate, type Identity } from "../ca/authenticate.ts";
import type { CertificateAuthority } from "../ca/authority.ts";
import { spiffe } from "../generators/names.ts";
import { MAX_XDS_STREAMS } from "../limits.ts";
import { type MeshProxy, parseProxy } from "../push/proxy.ts";
import type { PushContext } from "../push/push-context.ts";
import { DiscoveryStream } from "./stream.ts";

export interface DiscoveryServerDeps {
  readonly transport: Transport;
  readonly authority: CertificateAuthority;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** The newest snapshot. */
  pushContext(): PushContext;
}

type Wire = JsonLineStream<ClientMessage, ServerMessage>;

/** The aggregated discovery service and the certificate service, one connection at a time given to `serve`. */
export class DiscoveryServer implements Disposable {
  private readonly streams = new Set<DiscoveryStream>();
  private readonly connections = new Set<Duplex>();
  private count = 0;

  constructor(private readonly deps: DiscoveryServerDeps) {}

  /** Connected proxies, sorted by id. */
  connected(): readonly DiscoveryStream[] {
    return [...this.streams].sort((a, b) => a.proxy.id.localeCompare(b.proxy.id));
  }

  push(push: PushContext): void {
    for (const stream of this.streams) stream.push(push);
  }

  dispose(): void {
    for (const connection of this.connections) connection.destroy();
  }

  /** Speaks with one client until it goes. Never rejects: what goes wrong is logged and ends this connection only. */
  async serve(connection: Duplex, { secure }: { readonly secure: boolean }): Promise<void> {
    this.connections.add(connection);
    connection.on("error", () => undefined);
    connection.once("close", () => this.connections.delete(connection));
    const wire: Wire = new JsonLineStream(connection);
    let stream: DiscoveryStream | undefined;
    try {
      for await (const message of wire.messages()) {
        if (message.kind === "certificate") {
          await wire.send({ kind: "certificate", response: await this.certificate(message.request) });
          continue;
        }
        stream ??= await this.open(message, { wire, secure });
        if (!stream) {
          wire.end();
          return;
        }
        stream.handle(message.request, this.deps.pushContext());
      }
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      if (stream) this.deps.logger.info({ scope: "ads" }, `ADS: ${stream.proxy.id} terminated ${text}`);
      connection.destroy();
    } finally {
      if (stream) this.streams.delete(stream);
    }
  }

  private async open(
    message: Extract<ClientMessage, { kind: "discovery" }>,
    { wire, secure }: { readonly wire: Wire; readonly secure: boolean },
  ): Promise<DiscoveryStream | undefined> {
    const refuse = async (why: string) => {
      this.deps.logger.warn({ scope: "ads" }, `ADS: refused: ${why}`);
      await wire.send({ kind: "error", message: why });
      return undefined;
    };
    const { node } = message.request;
    const proxy = node && parseProxy(node);
    if (!proxy) return refuse("the first request of a stream must carry a valid node");
    if (this.streams.size >= MAX_XDS_STREAMS) return refuse("too many proxies are connected");
    if (secure) {
      const identity = await authenticate(this.deps.transport, message.token);
      if (!identity) return refuse("authentication failure");
      if (!mayBe(identity, proxy))
        return refuse(`no identities (${identity.namespace}/${identity.serviceAccount}) matched ${proxy.id}`);
    }
    const { clock, random, logger } = this.deps;
    const stream = new DiscoveryStream({
      proxy,
      clock,
      random,
      logger,
      // A proxy that is gone: its stream ends below, which is where it is told.
      send: (response) => void wire.send({ kind: "discovery", response }).catch(() => undefined),
    });
    this.streams.add(stream);
    this.count += 1;
    const id = `${proxy.name}.${proxy.namespace}-${this.count}`;
    const { version } = this.deps.pushContext();
    logger.info({ scope: "ads" }, `ADS: new connection for node:${id}`);
    logger.info(
      { scope: "ads" },
      `CDS: PUSH request for node:${proxy.name}.${proxy.namespace} version:${version}`,
    );
    return stream;
  }

  private async certificate({
    csr,
    token,
    validitySeconds,
  }: Extract<ClientMessage, { kind: "certificate" }>["request"]) {
    try {
      const identity = await authenticate(this.deps.transport, token);
      if (!identity) return { error: "authentication failure" };
      const { trustDomain } = this.deps.pushContext().mesh;
      const spiffeId = spiffe(trustDomain, identity.namespace, identity.serviceAccount);
      const certChain = await this.deps.authority.signWorkload({ csr, spiffeId, validitySeconds });
      return { certChain };
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      this.deps.logger.error({ scope: "serverca" }, `CSR signing error: ${text}`);
      return { error: `CSR signing error: ${text}` };
    }
  }
}

/** A proxy may only be what its token says: no pod reads another namespace's configuration. */
function mayBe(identity: Identity, proxy: MeshProxy): boolean {
  return identity.namespace === proxy.namespace;
}
