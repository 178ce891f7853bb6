import type { Disposable } from "../../base/index.ts";
import type { PodNetwork } from "../../network/index.ts";
import type { Listener } from "../../xds/index.ts";
import { fingerprint } from "../fingerprint.ts";
import type { ProxyServices } from "../services.ts";
import { ActiveListener } from "./active-listener.ts";

type Config = Omit<Listener, "@type">;

export interface ListenerDeps {
  readonly network: PodNetwork;
  readonly services: ProxyServices;
  /** A port that another process of the pod holds is Envoy's "cannot bind". */
  readonly bindFailed: (listener: string, error: unknown) => void;
}

interface Entry {
  readonly listener: ActiveListener;
  text: string;
  binding: Disposable | undefined;
}

/** All listeners of a proxy: those of the bootstrap and those of LDS. */
export class ListenerManager {
  private readonly entries = new Map<string, Entry>();

  constructor(private readonly deps: ListenerDeps) {}

  /** Makes the listeners of one origin be exactly these. */
  apply(origin: "static" | "dynamic", configs: readonly Config[]): void {
    const wanted = new Map(
      configs.map((config) => [`${origin} ${config.name ?? addressOf(config)}`, config]),
    );
    for (const [key, entry] of this.entries) {
      if (!key.startsWith(`${origin} `) || wanted.has(key)) continue;
      entry.binding?.dispose();
      entry.listener.retire();
      this.entries.delete(key);
    }
    for (const [key, config] of wanted) this.put(key, config);
  }

  /** Takes no new connections; those that stand may finish. */
  drain(options: { readonly inboundOnly: boolean }): void {
    for (const entry of this.entries.values()) {
      if (options.inboundOnly && entry.listener.config.trafficDirection !== "INBOUND") continue;
      entry.binding?.dispose();
      entry.binding = undefined;
      entry.listener.retire();
    }
  }

  dispose(): void {
    for (const entry of this.entries.values()) {
      entry.binding?.dispose();
      entry.listener.dispose();
    }
    this.entries.clear();
  }

  /** Names as `/listeners` prints them. */
  list(): readonly { readonly name: string; readonly address: string }[] {
    return [...this.entries.values()].map(({ listener }) => ({
      name: listener.config.name ?? addressOf(listener.config),
      address: addressOf(listener.config),
    }));
  }

  private put(key: string, config: Config): void {
    const text = fingerprint(config);
    const known = this.entries.get(key);
    if (known?.text === text) return;
    if (known && addressOf(known.listener.config) === addressOf(config)) {
      known.listener.update(config);
      known.text = text;
      return;
    }
    known?.binding?.dispose();
    known?.listener.retire();
    const listener = new ActiveListener(config, this.deps.services, (destination) =>
      this.handOff(destination),
    );
    this.entries.set(key, { listener, text, binding: this.bind(listener) });
  }

  private bind(listener: ActiveListener): Disposable | undefined {
    const socket = listener.config.address.socketAddress;
    if (listener.config.bindToPort === false || !socket) return undefined;
    const address = socket.address === "127.0.0.1" ? "127.0.0.1" : "0.0.0.0";
    try {
      return this.deps.network.listen({ port: socket.portValue, address }, (connection) => {
        listener.accept(connection).catch((error: unknown) => {
          connection.destroy();
          this.deps.services.writeLog("/dev/stderr", `critical envoy main ${String(error)}\n`);
        });
      });
    } catch (error) {
      this.deps.bindFailed(listener.config.name ?? addressOf(listener.config), error);
      return undefined;
    }
  }

  /** The listener of exactly this address, else the one of the port on all addresses. */
  private handOff(destination: { address: string; port: number }): ActiveListener | undefined {
    let any: ActiveListener | undefined;
    for (const { listener } of this.entries.values()) {
      if (listener.config.useOriginalDst) continue;
      const sockets = [
        listener.config.address,
        ...(listener.config.additionalAddresses ?? []).map((one) => one.address),
      ];
      for (const { socketAddress } of sockets) {
        if (socketAddress?.portValue !== destination.port) continue;
        if (socketAddress.address === destination.address) return listener;
        if (socketAddress.address === "0.0.0.0" && listener.config.bindToPort === false) any = listener;
      }
    }
    return any;
  }
}

function addressOf(config: Config): string {
  const socket = config.address.socketAddress;
  return `${socket?.address ?? ""}:${socket?.portValue ?? ""}`;
}
