import type { RequestHop } from "../../contracts/index.ts";
import { type AccessLine, clusterWords } from "../../contracts/plain/index.ts";
import { limits } from "./limits.ts";
import type { MeshPod } from "./pods.ts";

/** What one proxy wrote of the request. */
export interface Written {
  readonly pod: MeshPod;
  readonly line: string;
  readonly access: AccessLine;
}

export interface TrailInput {
  readonly written: readonly Written[];
  readonly pods: readonly MeshPod[];
  /** The pod that sent it; undefined: somebody outside of the mesh. */
  readonly source: MeshPod | undefined;
}

type End = RequestHop["from"];

const ipOf = (address: string): string => address.slice(0, Math.max(0, address.lastIndexOf(":")));

/** A sidecar's line is of an arrival when the connection was made to the pod itself. A gateway only sends on. */
export const isArrival = ({ pod, access }: Written): boolean =>
  pod.proxy === "sidecar" &&
  (access.cluster.startsWith("inbound|") || ipOf(access.downstreamLocal) === pod.ip);

/** Puts what proxies wrote in the order in which the request went: each sending with its arrival, then what that led to. */
export function hopsOf(input: TrailInput): RequestHop[] {
  return new Trail(input).hops();
}

class Trail {
  private readonly byIp: ReadonlyMap<string, MeshPod>;
  private readonly used = new Set<Written>();
  private readonly lines: readonly Written[];
  private readonly found: RequestHop[] = [];

  constructor(private readonly input: TrailInput) {
    this.byIp = new Map(input.pods.flatMap((pod) => (pod.ip === undefined ? [] : [[pod.ip, pod]])));
    this.lines = [...input.written].sort((a, b) => (a.access.startedAt < b.access.startedAt ? -1 : 1));
  }

  hops(): RequestHop[] {
    const { source } = this.input;
    if (source) this.leave(source);
    else this.enterGateways();
    // A caller without a sidecar writes nothing; an earlier try leaves only its arrival.
    for (const line of this.lines.filter(isArrival)) if (!this.used.has(line)) this.arrive(line, undefined);
    for (const line of this.lines) if (!this.used.has(line)) this.send(line);
    return this.found.slice(0, limits.hops);
  }

  private enterGateways(): void {
    for (const line of this.lines.filter(({ pod }) => pod.proxy === "gateway")) {
      // Once in, once out: the gateway's one line tells of both.
      const { access, pod } = line;
      this.found.push({
        ...wordsOf(access),
        from: { kind: "client", name: "outside" },
        to: endOf(pod),
        security: access.serverName === "-" ? "plaintext" : "tls",
        called: pod.account,
        decidedBy: access.upstream === "-" ? "called" : "application",
        received: wordOf(line),
      });
      if (access.upstream === "-") this.used.add(line);
      else if (!this.used.has(line)) this.send(line);
    }
  }

  private leave(pod: MeshPod): void {
    for (const line of this.lines)
      if (line.pod === pod && !isArrival(line) && !this.used.has(line)) this.send(line);
  }

  private send(line: Written): void {
    this.used.add(line);
    const { access, pod } = line;
    const target = this.byIp.get(ipOf(access.upstream));
    const arrival = target && this.arrivalOf(target, pod);
    if (arrival) {
      this.arrive(arrival, line);
      return;
    }
    this.found.push({
      ...wordsOf(access),
      from: endOf(pod),
      to: target ? endOf(target) : destination(access),
      security: target?.proxy === "none" ? "plaintext" : "unknown",
      caller: pod.account,
      ...(target && { called: target.account }),
      decidedBy: access.details === "via_upstream" ? "application" : "caller",
      sent: wordOf(line),
    });
  }

  /** Behind a gateway the caller's address is the outside client's: then the first arrival it is. */
  private arrivalOf(target: MeshPod, from: MeshPod): Written | undefined {
    const free = this.lines.filter(
      (line) => line.pod === target && isArrival(line) && !this.used.has(line) && line.access.method !== "-",
    );
    return free.find(({ access }) => ipOf(access.downstreamRemote) === from.ip) ?? free[0];
  }

  private arrive(line: Written, sent: Written | undefined): void {
    this.used.add(line);
    const { access, pod } = line;
    const caller = sent?.pod ?? this.byIp.get(ipOf(access.downstreamRemote));
    const words = wordsOf(access);
    const byApplication = access.details === "via_upstream";
    this.found.push({
      ...words,
      ...(sent && { ...wordsOf(sent.access), ...(byApplication ? {} : { details: words.details }) }),
      flags: [...new Set([...(sent?.access.flags ?? []), ...words.flags])],
      from: caller ? endOf(caller) : { kind: "client", name: "outside" },
      to: endOf(pod),
      security: securityOf(access),
      ...(caller && { caller: caller.account }),
      called: pod.account,
      decidedBy: byApplication ? "application" : "called",
      ...(sent && { sent: wordOf(sent) }),
      received: wordOf(line),
    });
    this.leave(pod);
  }
}

/** Sidecars name the service they mean in the handshake: "outbound_.8080_._.web.shop.svc.cluster.local". */
function securityOf({ serverName }: AccessLine): RequestHop["security"] {
  if (serverName.startsWith("outbound_")) return "mtls";
  return serverName === "-" ? "plaintext" : "tls";
}

const wordsOf = (access: AccessLine) => ({
  status: access.status,
  flags: [...access.flags],
  details: access.details,
  ...(access.milliseconds === undefined ? {} : { milliseconds: access.milliseconds }),
  route: access.route,
  cluster: access.cluster,
});

const wordOf = ({ pod, line }: Written) => ({ pod: pod.name, namespace: pod.namespace, line });

const endOf = ({ proxy, workload, namespace }: MeshPod): End => ({
  kind: proxy === "gateway" ? "gateway" : "workload",
  name: workload,
  namespace,
});

/** Where it was meant to go, when it did not get there. */
function destination({ cluster, authority, upstream }: AccessLine): End {
  const [, , , host = ""] = cluster.split("|");
  const [name = "", namespace] = host.split(".");
  if (host.endsWith(".svc.cluster.local") && namespace !== undefined)
    return { kind: "service", name, namespace };
  const words = [host, authority, upstream, clusterWords(cluster)].find((one) => one !== "" && one !== "-");
  return { kind: "service", name: words ?? "nowhere" };
}
