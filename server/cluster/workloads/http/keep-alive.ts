import { Agent, type ClientRequestArgs } from "node:http";
import type { Duplex } from "node:stream";
import type { Clock } from "../../base/index.ts";
import type { PodNetwork } from "../../network/index.ts";

type Created = (error: Error | null, socket: Duplex) => void;

export interface Dialled {
  readonly address: string;
  readonly port: number;
  readonly connectMs: number;
}

export interface KeepAliveDeps {
  readonly network: PodNetwork;
  readonly clock: Clock;
  readonly host: string;
  readonly port: number;
  dialled?(connection: Dialled): void;
}

/** One connection from a pod to one place, kept for the next request until a request closes it. */
export class KeptConnection extends Agent {
  constructor(private readonly deps: KeepAliveDeps) {
    super({ keepAlive: true, maxSockets: 1 });
  }

  override createConnection(_options: ClientRequestArgs, created?: Created): Duplex | undefined {
    const { network, clock, host, port, dialled } = this.deps;
    const begun = clock.monotonic();
    network.connect({ host, port, allowHalfOpen: false }).then(
      (socket) => {
        const { remoteAddress: address, remotePort } = socket;
        dialled?.({ address, port: remotePort, connectMs: clock.monotonic() - begun });
        created?.(null, socket);
      },
      (error: unknown) => {
        // Node reads only the first argument of a failed creation.
        if (created) Reflect.apply(created, undefined, [error]);
      },
    );
    return undefined;
  }
}
