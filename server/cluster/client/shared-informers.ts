import type { KubeObject } from "../apimachinery/index.ts";
import type { Clock, Logger } from "../base/index.ts";
import { Informer } from "./informer.ts";
import { ResourceClient } from "./resource-client.ts";
import { apiVersionOf, type ResourceType } from "./resource-type.ts";
import type { Transport } from "./transport.ts";

export interface SharedInformersDeps {
  readonly transport: Transport;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly userAgent?: string;
}

/** One informer and one client per kind, however many ask. */
export class SharedInformers {
  private readonly informers = new Map<string, Informer<KubeObject>>();

  constructor(private readonly deps: SharedInformersDeps) {}

  client<T extends KubeObject>(type: ResourceType<T>): ResourceClient<T> {
    const { transport, userAgent } = this.deps;
    return new ResourceClient({ transport, type, ...(userAgent ? { userAgent } : {}) });
  }

  of<T extends KubeObject>(type: ResourceType<T>): Informer<T> {
    const key = `${apiVersionOf(type)}/${type.plural}`;
    const known = this.informers.get(key);
    // The key names the type, so the informer under it is of that type.
    if (known) return known as unknown as Informer<T>;
    const { clock, logger } = this.deps;
    const informer = new Informer<T>({ client: this.client(type), clock, logger });
    this.informers.set(key, informer as unknown as Informer<KubeObject>);
    return informer;
  }

  /** Starts those asked for so far; call again after asking for more. */
  start(signal: AbortSignal): void {
    for (const informer of this.informers.values()) informer.start(signal);
  }
}
