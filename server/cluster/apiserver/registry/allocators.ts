import {
  arrayOf,
  type FieldError,
  invalid,
  type KubeObject,
  stringOf,
  valueAt,
} from "../../apimachinery/index.ts";
import type { StrategyContext } from "../../apis/strategy.ts";
import type { Random } from "../../base/index.ts";

const NODE_PORTS = { first: 30_000, last: 32_767 };

export interface AllocatorDeps {
  readonly random: Random;
  readonly serviceCIDR: string;
  /** All services as they are stored now: the truth about what is taken. */
  services(): readonly KubeObject[];
}

/** Hands out ClusterIPs and node ports. What is stored is taken; what a request holds is taken until it ends. */
export class Allocators {
  private readonly held = new Set<string>();
  private readonly base: number;
  private readonly size: number;

  constructor(private readonly deps: AllocatorDeps) {
    const [address = "", bits = "16"] = deps.serviceCIDR.split("/");
    this.base = toNumber(address);
    this.size = 2 ** (32 - Number(bits));
  }

  /** A context for one request. Call `release` when the request has been stored or has failed. */
  begin(now: string, name = ""): StrategyContext & { release(): void } {
    const mine: string[] = [];
    const hold = (key: string) => {
      this.held.add(key);
      mine.push(key);
    };
    return {
      now,
      suffix: (length) => this.deps.random.suffix(length),
      clusterIP: (wanted) => {
        const ip = this.pickIP(wanted, name);
        hold(ip);
        return ip;
      },
      nodePort: (wanted) => {
        const port = this.pickPort(wanted, name);
        hold(String(port));
        return port;
      },
      release: () => {
        for (const key of mine) this.held.delete(key);
      },
    };
  }

  private pickIP(wanted: string | undefined, name: string): string {
    const refused = refusals(name);
    const taken = this.takenIPs();
    if (wanted !== undefined && wanted !== "") {
      const offset = toNumber(wanted) - this.base;
      if (!/^\d+\.\d+\.\d+\.\d+$/.test(wanted) || offset <= 0 || offset >= this.size - 1) {
        throw refused(
          "spec.clusterIPs",
          [wanted],
          `failed to allocate IP ${wanted}: the provided IP (${wanted}) is not in the valid range. The range of valid IPs is ${this.deps.serviceCIDR}`,
        );
      }
      if (taken.has(wanted)) {
        throw refused(
          "spec.clusterIPs",
          [wanted],
          `failed to allocate IP ${wanted}: provided IP is already allocated`,
        );
      }
      return wanted;
    }
    // Upstream keeps the first addresses of the range for those who ask by name (KEP-3070).
    const reserved = Math.min(Math.max(16, Math.floor(this.size / 16)), 256);
    const free = this.size - 1 - reserved;
    const start = this.deps.random.int(free);
    for (let step = 0; step < free; step++) {
      const ip = toAddress(this.base + reserved + ((start + step) % free));
      if (!taken.has(ip)) return ip;
    }
    throw refused("spec.clusterIPs", [], "failed to allocate a serviceIP: range is full");
  }

  private pickPort(wanted: number | undefined, name: string): number {
    const refused = refusals(name);
    const taken = this.takenPorts();
    if (wanted !== undefined && wanted !== 0) {
      if (wanted < NODE_PORTS.first || wanted > NODE_PORTS.last) {
        throw refused(
          "spec.ports[0].nodePort",
          wanted,
          "provided port is not in the valid range. The range of valid ports is 30000-32767",
        );
      }
      if (taken.has(wanted)) {
        throw refused("spec.ports[0].nodePort", wanted, "provided port is already allocated");
      }
      return wanted;
    }
    const count = NODE_PORTS.last - NODE_PORTS.first + 1;
    const start = this.deps.random.int(count);
    for (let step = 0; step < count; step++) {
      const port = NODE_PORTS.first + ((start + step) % count);
      if (!taken.has(port)) return port;
    }
    throw refused("spec.ports[0].nodePort", 0, "failed to allocate a nodePort: range is full");
  }

  private takenIPs(): Set<string> {
    const taken = new Set(this.held);
    for (const service of this.deps.services()) {
      for (const ip of arrayOf(valueAt(service, "spec", "clusterIPs"))) taken.add(stringOf(ip));
      taken.add(stringOf(valueAt(service, "spec", "clusterIP")));
    }
    return taken;
  }

  private takenPorts(): Set<number> {
    const taken = new Set([...this.held].map(Number));
    for (const service of this.deps.services()) {
      for (const port of arrayOf(valueAt(service, "spec", "ports"))) {
        const nodePort = valueAt(port, "nodePort");
        if (typeof nodePort === "number") taken.add(nodePort);
      }
      const health = valueAt(service, "spec", "healthCheckNodePort");
      if (typeof health === "number") taken.add(health);
    }
    return taken;
  }
}

/** Refusals of one service. */
const refusals = (name: string) => (field: string, value: unknown, detail: string) => {
  const error: FieldError = {
    type: "FieldValueInvalid",
    field,
    message: `Invalid value: ${JSON.stringify(value)}: ${detail}`,
  };
  return invalid({ group: "", kind: "Service" }, name, [error]);
};

function toNumber(address: string): number {
  return address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
}

function toAddress(value: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join(".");
}
