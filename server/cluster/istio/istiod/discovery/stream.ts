import type { Clock, Logger, Random } from "../../../base/index.ts";
import { type DiscoveryRequest, type DiscoveryResponse, TYPE_URL, type TypeUrl } from "../../../xds/index.ts";
import type { MeshProxy } from "../push/proxy.ts";
import type { PushContext } from "../push/push-context.ts";
import { generate, PUSH_ORDER } from "./resources.ts";

/** What a proxy asked for of one type, what it was sent and what it took. */
export interface WatchedResource {
  readonly names: readonly string[];
  readonly sentVersion?: string;
  readonly sentNonce?: string;
  readonly sentText?: string;
  readonly sentAt?: number;
  readonly ackedNonce?: string;
  readonly ackedVersion?: string;
  /** The proxy's words when it refused the last response. */
  readonly rejected?: string;
}

export interface StreamDeps {
  readonly proxy: MeshProxy;
  readonly random: Random;
  readonly clock: Clock;
  readonly logger: Logger;
  send(response: DiscoveryResponse): void;
}

/** One proxy's discovery stream. Sends a type again only when its resources differ from those sent last. */
export class DiscoveryStream {
  private readonly watched = new Map<TypeUrl, WatchedResource>();
  readonly connectedAt: number;

  constructor(private readonly deps: StreamDeps) {
    this.connectedAt = deps.clock.now();
  }

  get proxy(): MeshProxy {
    return this.deps.proxy;
  }

  state(typeUrl: TypeUrl): WatchedResource | undefined {
    return this.watched.get(typeUrl);
  }

  /** Follows pilot ads.go shouldRespond: first request, an ACK, a NACK, or a changed subscription. */
  handle(request: DiscoveryRequest, push: PushContext): void {
    const { typeUrl, responseNonce, errorDetail, resourceNames = [], versionInfo } = request;
    const known = this.watched.get(typeUrl);
    if (!known || !responseNonce) {
      this.watched.set(typeUrl, { names: resourceNames });
      this.respond(typeUrl, push, { always: true });
      return;
    }
    // An answer to a response that has been followed by another says nothing any more.
    if (known.sentNonce !== responseNonce) return;
    if (errorDetail) {
      this.watched.set(typeUrl, { ...known, rejected: errorDetail.message });
      this.deps.logger.warn(
        { node: this.proxy.id, typeUrl },
        `ADS: ACK ERROR ${this.proxy.id} ${errorDetail.message}`,
      );
      return;
    }
    const { rejected: _, ...rest } = known;
    const acked = {
      ...rest,
      ackedNonce: responseNonce,
      ...(versionInfo ? { ackedVersion: versionInfo } : {}),
      names: resourceNames,
    };
    this.watched.set(typeUrl, acked);
    if (!sameNames(known.names, resourceNames)) this.respond(typeUrl, push, { always: true });
  }

  /** Sends what a new snapshot changed. */
  push(push: PushContext): void {
    for (const typeUrl of PUSH_ORDER)
      if (this.watched.has(typeUrl) && (push.affected?.has(typeUrl) ?? true))
        this.respond(typeUrl, push, { always: false });
  }

  private respond(typeUrl: TypeUrl, push: PushContext, { always }: { readonly always: boolean }): void {
    const known = this.watched.get(typeUrl);
    if (!known) return;
    const resources = generate(typeUrl, known.names, { proxy: this.proxy, push });
    // Who asks for nothing, or for a secret that is not there, is told nothing: the type stays NOT SENT. Clusters and
    // listeners are whole lists, of which an empty one is news.
    const wholeList = typeUrl === TYPE_URL.cluster || typeUrl === TYPE_URL.listener;
    if (!wholeList && resources.length === 0 && known.sentText === undefined) return;
    const text = JSON.stringify(resources);
    if (!always && text === known.sentText) return;
    const nonce = this.deps.random.uuid();
    this.watched.set(typeUrl, {
      ...known,
      sentVersion: push.version,
      sentNonce: nonce,
      sentText: text,
      sentAt: this.deps.clock.now(),
    });
    this.deps.send({ typeUrl, versionInfo: push.version, nonce, resources });
  }
}

function sameNames(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false;
  const known = new Set(a);
  return b.every((name) => known.has(name));
}
