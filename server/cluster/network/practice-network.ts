import { type Clock, type Disposable, type Logger, type Random, toDisposable } from "../base/index.ts";
import { inRange, isAddress, isLoopback, toAddress, toNumber } from "./addresses.ts";
import type { Endpoint } from "./connection.ts";
import { lookup, searchPath } from "./dns.ts";
import { socketError, unknownName } from "./errors.ts";
import { CONNECT_TIMEOUT_MS } from "./limits.ts";
import { PodStack } from "./pod-stack.ts";
import { reachable } from "./reachable.ts";
import { redirectIncoming, redirectOutgoing } from "./redirect.ts";
import { type ServiceChoice, type ServiceEntry, ServiceTable } from "./services.ts";
import type { Connection, ConnectOptions, PodNetwork } from "./types.ts";

export const POD_CIDR = "10.42.0.0/24";
export const NODE_IP = "172.18.0.2";
/** .1 is the bridge; the first few stay free, as after a real node's own pods. */
const FIRST_POD_HOST = 10;

export interface AttachPodOptions {
  readonly namespace: string;
  readonly name: string;
  /** Resolves to the pod's own address inside the pod (/etc/hosts). Absent: `name`. */
  readonly hostname?: string;
  /** An address the pod had before; taken when still free and in the pod range. */
  readonly ip?: string;
}

export type AttachedPod = PodNetwork & Disposable;

export interface NetworkDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** Where pods get their addresses. Absent: POD_CIDR, room for some 240 of them. */
  readonly podCIDR?: string;
}

interface Namespace {
  readonly stack: PodStack;
  readonly search: readonly string[];
  readonly hostname: string;
}

/** Every wire of the practice cluster: pods, the node, service addresses and names. */
export class PracticeNetwork {
  /** The node's own namespace: kubelet, API server, edges. Nothing it sends is redirected. */
  readonly node: PodNetwork;
  private readonly stacks = new Map<string, PodStack>();
  private readonly services = new ServiceTable();
  private readonly watchers = new Set<() => void>();
  private nextHost = FIRST_POD_HOST;

  constructor(private readonly deps: NetworkDeps) {
    const stack = new PodStack(NODE_IP, () => this.changed());
    this.stacks.set(NODE_IP, stack);
    this.node = this.face({ stack, search: searchPath("default"), hostname: "practice-node" });
  }

  attachPod(options: AttachPodOptions): AttachedPod {
    const ip = this.claim(options.ip);
    const stack = new PodStack(ip, () => this.changed());
    this.stacks.set(ip, stack);
    const namespace = {
      stack,
      search: searchPath(options.namespace),
      hostname: options.hostname ?? options.name,
    };
    const detach = toDisposable(() => {
      this.stacks.delete(ip);
      stack.shutdown();
    });
    return { ...this.face(namespace), dispose: () => detach.dispose() };
  }

  setService(service: ServiceEntry): void {
    this.services.set(service);
    this.changed();
  }

  removeService(service: { readonly namespace: string; readonly name: string }): void {
    this.services.remove(service);
    this.changed();
  }

  service(service: { readonly namespace: string; readonly name: string }): ServiceEntry | undefined {
    return this.services.get(service);
  }

  allServices(): readonly ServiceEntry[] {
    return this.services.all();
  }

  /** Whether a connection from outside the pod would find a listener, redirect considered. */
  listens(endpoint: Endpoint): boolean {
    const stack = this.stacks.get(endpoint.address);
    if (!stack) return false;
    const port = redirectIncoming(stack.rules, endpoint.port) ?? endpoint.port;
    return stack.accepts({ address: endpoint.address, port });
  }

  /** Every address and port that a program on the node could connect to now. */
  reachable(): readonly Endpoint[] {
    return reachable({
      services: this.services.all(),
      listeners: [...this.stacks].map(([address, stack]) => [address, stack.ports()] as const),
      nodeIP: NODE_IP,
      listens: (endpoint) => this.listens(endpoint),
    });
  }

  /** Called after a listener, pod or service came or went. */
  onChange(watcher: () => void): Disposable {
    this.watchers.add(watcher);
    return toDisposable(() => this.watchers.delete(watcher));
  }

  private changed(): void {
    for (const watcher of this.watchers) watcher();
  }

  private claim(wanted: string | undefined): string {
    const { podCIDR = POD_CIDR } = this.deps;
    if (wanted && inRange(wanted, podCIDR) && !this.stacks.has(wanted)) return wanted;
    const [address = "", bits = "24"] = podCIDR.split("/");
    const base = toNumber(address);
    const last = 2 ** (32 - Number(bits)) - 2;
    const span = last - FIRST_POD_HOST + 1;
    for (let tried = 0; tried < span; tried += 1) {
      const ip = toAddress(base + this.nextHost);
      this.nextHost = this.nextHost >= last ? FIRST_POD_HOST : this.nextHost + 1;
      if (!this.stacks.has(ip)) return ip;
    }
    throw new Error(`no IP addresses available in range set: ${podCIDR}`);
  }

  private face(namespace: Namespace): PodNetwork {
    const { stack } = namespace;
    return {
      ip: stack.ip,
      listen: ({ port, address = "0.0.0.0" }, accept) => stack.listen(port, { address, accept }),
      connect: (options) => this.connect(namespace, options),
      resolve: (name) => this.resolve(namespace, name),
      redirect: (rules) => {
        stack.rules = rules;
        this.changed();
      },
    };
  }

  private async resolve(namespace: Namespace, name: string): Promise<readonly string[]> {
    if (isAddress(name)) return [name];
    if (name === "localhost") return ["127.0.0.1"];
    if (name === namespace.hostname) return [namespace.stack.ip];
    const records = { services: this.services, podExists: (ip: string) => this.stacks.has(ip) };
    const found = lookup(name, namespace.search, records);
    if (!found) throw unknownName(name);
    return found.addresses;
  }

  private async connect(from: Namespace, options: ConnectOptions): Promise<Connection> {
    options.signal?.throwIfAborted();
    const addresses = await this.resolve(from, options.host);
    const address = addresses[this.deps.random.int(addresses.length)] ?? options.host;
    const dialled = { address, port: options.port };
    const source = options.localAddress ?? (isLoopback(address) ? "127.0.0.1" : from.stack.ip);
    const redirected = redirectOutgoing(from.stack.rules, {
      uid: options.uid ?? 0,
      source,
      podIP: from.stack.ip,
      destination: dialled,
    });
    const client = { address: source, port: from.stack.ephemeralPort() };
    const clientAllowsHalfOpen = options.allowHalfOpen ?? true;
    const plan = { client, dialled, originalDestination: dialled, clientAllowsHalfOpen };
    const ownAddress = address === from.stack.ip && this.serviceTarget(dialled) === undefined;
    const local = redirected !== undefined || isLoopback(address) || ownAddress;
    const connection = local
      ? from.stack.accept({
          ...plan,
          server: { address: redirected ? "127.0.0.1" : address, port: redirected ?? options.port },
        })
      : await this.dialOut(plan, options.signal);
    from.stack.own(connection);
    return connection;
  }

  private async dialOut(
    plan: {
      client: Endpoint;
      dialled: Endpoint;
      originalDestination: Endpoint;
      clientAllowsHalfOpen: boolean;
    },
    signal: AbortSignal | undefined,
  ): Promise<Connection> {
    const { dialled } = plan;
    const target = this.serviceTarget(dialled) ?? { kind: "endpoint", endpoint: dialled };
    if (target.kind === "no-endpoints") throw socketError("ECONNREFUSED", { syscall: "connect", ...dialled });
    if (target.kind === "no-such-port") return this.silence(dialled, signal);
    const { endpoint } = target;
    const stack = this.stacks.get(endpoint.address);
    if (!stack) {
      if (inRange(endpoint.address, POD_CIDR))
        throw socketError("EHOSTUNREACH", { syscall: "connect", ...dialled });
      return this.silence(dialled, signal);
    }
    const port = redirectIncoming(stack.rules, endpoint.port) ?? endpoint.port;
    return stack.accept({
      ...plan,
      originalDestination: endpoint,
      server: { address: endpoint.address, port },
    });
  }

  private serviceTarget({ address, port }: Endpoint): ServiceChoice | undefined {
    const { random } = this.deps;
    if (address === NODE_IP) return this.services.chooseNodePort(port, random);
    return this.services.choose(address, port, random);
  }

  /** An address that never answers. */
  private async silence(dialled: Endpoint, signal: AbortSignal | undefined): Promise<never> {
    await this.deps.clock.sleep(CONNECT_TIMEOUT_MS, signal);
    signal?.throwIfAborted();
    throw socketError("ETIMEDOUT", { syscall: "connect", ...dialled });
  }
}

export function createPracticeNetwork(deps: NetworkDeps): PracticeNetwork {
  return new PracticeNetwork(deps);
}
