import { randomBytes, randomUUID } from "node:crypto";
import type { HttpRequest, ReadAnswer, RequestTrail } from "../../contracts/index.ts";
import { parseAccessLine } from "../../contracts/plain/index.ts";
import { isKubeError, type KubeCluster } from "../../platform/kube/index.ts";
import { notFound, unavailable } from "../errors.ts";
import { limits } from "./limits.ts";
import { type MeshPod, proxyContainer, readPods } from "./pods.ts";
import { type SendDeps, sendRequest } from "./send.ts";
import { hopsOf, type Written } from "./trail.ts";

interface Sent {
  readonly id: string;
  readonly requestId: string;
  readonly traceId: string;
  readonly mark: string;
  readonly request: HttpRequest;
  readonly sentAt: number;
  readonly source: MeshPod | undefined;
  /** When its trail last grew, and how long it was. */
  grown: { at: number; lines: number };
}

/** Sends single requests that can be found again in what the proxies wrote. */
export class SentRequests {
  private readonly sent = new Map<string, Sent>();

  async send(deps: SendDeps, request: HttpRequest): Promise<ReadAnswer<"request:send">> {
    const { from } = request;
    const source = from.kind === "workload" ? await deps.source(from).catch(refused) : undefined;
    const id = randomBytes(6).toString("hex");
    const marked = markRequest(request, id);
    const sentAt = deps.now();
    const { requestId, traceId, mark } = marked;
    this.sent.set(id, {
      ...{ id, requestId, traceId, mark, request, sentAt, source, grown: { at: sentAt, lines: 0 } },
    });
    for (const oldest of this.sent.keys()) {
      if (this.sent.size <= limits.remembered) break;
      this.sent.delete(oldest);
    }
    return { id, outcome: await sendRequest(deps, marked.request) };
  }

  /** What the proxies have written of it so far. */
  async trail({ cluster, now, signal }: SendDeps, id: string): Promise<RequestTrail> {
    const sent = this.sent.get(id);
    if (!sent) throw notFound("This request is no longer remembered; send another.");
    const pods = await readPods(cluster, signal).catch(refused);
    const reading = new Reading(cluster, sent, signal);
    await reading.from(await startOf(cluster, sent, pods), pods);
    const hops = hopsOf({ written: reading.written, pods, source: pods.find(isSource(sent)) ?? sent.source });
    if (reading.written.length > sent.grown.lines) sent.grown = { at: now(), lines: reading.written.length };
    const quiet = now() - sent.grown.at >= limits.settledMs && reading.written.length > 0;
    const settled = quiet || now() - sent.sentAt >= limits.trailMs;
    const first = reading.written[0]?.access.requestId;
    return {
      ...{ hops, settled, traceId: sent.traceId },
      ...(first === undefined || first === "-" ? {} : { requestId: first }),
      notes: reading.notes(settled),
    };
  }
}

function refused(error: unknown): never {
  if (isKubeError(error)) throw unavailable(error.message);
  throw error;
}

/**
 * The mark in the user agent is what a gateway leaves alone, which gives every request from outside a new x-request-id;
 * the id is what applications pass on. The b3 headers ask proxies to trace it.
 */
export function markRequest(request: HttpRequest, id: string) {
  const mark = `meshwork/${id}`;
  const given = (name: string) => request.headers.find((header) => header.name.toLowerCase() === name)?.value;
  const requestId = given("x-request-id") ?? randomUUID();
  const traceId = given("x-b3-traceid") ?? randomBytes(16).toString("hex");
  const agent = given("user-agent");
  const added = {
    "User-Agent": agent === undefined ? mark : `${agent} ${mark}`,
    "x-request-id": requestId,
    ...(given("traceparent") === undefined && given("x-b3-traceid") === undefined
      ? {
          "x-b3-traceid": traceId,
          "x-b3-spanid": randomBytes(8).toString("hex"),
          "x-b3-sampled": "1",
        }
      : {}),
  };
  const names = new Set(Object.keys(added).map((name) => name.toLowerCase()));
  const headers = [
    ...request.headers.filter(({ name }) => !names.has(name.toLowerCase())),
    ...Object.entries(added).map(([name, value]) => ({ name, value })),
  ];
  return { mark, requestId, traceId, request: { ...request, headers } };
}

/** The pod of then as it is listed now. */
const isSource =
  ({ source }: Sent) =>
  ({ namespace, name }: MeshPod): boolean =>
    namespace === source?.namespace && name === source.name;
const isProxied = ({ proxy }: MeshPod): boolean => proxy !== "none";

/** Which proxies can have seen it first. */
async function startOf(cluster: KubeCluster, sent: Sent, pods: readonly MeshPod[]): Promise<MeshPod[]> {
  if (sent.request.from.kind === "gateway") return pods.filter(({ proxy }) => proxy === "gateway");
  const own = pods.filter(isSource(sent));
  if (own.some(isProxied)) return own;
  // Without a proxy of its own the first one is the destination's.
  const [service = "", namespace = sent.source?.namespace ?? "default"] = new URL(
    sent.request.url,
  ).hostname.split(".");
  const found = await cluster
    .get({ group: "", version: "v1", resource: "services" }, { namespace, name: service })
    .catch(() => undefined); // a host that is no service: nobody's proxy
  const spec = found?.spec;
  const selector =
    typeof spec === "object" && spec !== null && "selector" in spec ? spec.selector : undefined;
  const wanted = typeof selector === "object" && selector !== null ? Object.entries(selector) : [];
  return wanted.length === 0
    ? []
    : pods.filter(
        (pod) =>
          pod.namespace === namespace &&
          isProxied(pod) &&
          wanted.every(([key, value]) => pod.labels[key] === value),
      );
}

/** Reads proxy after proxy, as far as the request went. */
class Reading {
  readonly written: Written[] = [];
  private unreadable = 0;
  private cut = false;
  private readonly ids = new Set<string>();

  constructor(
    private readonly cluster: KubeCluster,
    private readonly sent: Sent,
    private readonly signal: AbortSignal,
  ) {
    this.ids.add(withoutReason(sent.requestId));
  }

  async from(start: readonly MeshPod[], pods: readonly MeshPod[]): Promise<void> {
    const seen = new Set<MeshPod>();
    let round = [...start];
    while (round.length > 0) {
      const room = limits.proxies - seen.size;
      if (round.length > room) this.cut = true;
      const now = round.slice(0, Math.max(0, room));
      for (const pod of now) seen.add(pod);
      await Promise.all(now.map((pod) => this.read(pod)));
      const next = this.written.flatMap(({ access }) =>
        pods.filter((pod) => pod.ip !== undefined && access.upstream.startsWith(`${pod.ip}:`)),
      );
      round = [...new Set(next)].filter((pod) => isProxied(pod) && !seen.has(pod) && now.length > 0);
    }
  }

  notes(settled: boolean): string[] {
    const nothing = settled && this.written.length === 0 && this.unreadable === 0;
    return [
      ...(nothing
        ? [
            "No proxy wrote of this request: it met none, or the mesh has no access log (meshConfig.accessLogFile, or a Telemetry object).",
          ]
        : []),
      ...(this.unreadable > 0
        ? ["Proxies write another format than Istio's default; their words cannot be read here."]
        : []),
      ...(this.cut ? [`It met more than ${limits.proxies} proxies; the others were not asked.`] : []),
    ];
  }

  private async read(pod: MeshPod): Promise<void> {
    const { cluster, signal } = this;
    const text = await cluster
      .podLog({
        ...{ namespace: pod.namespace, pod: pod.name, container: proxyContainer, signal },
        tailLines: limits.logLines,
      })
      .catch((error: unknown) => {
        if (isKubeError(error)) return ""; // the pod went away, or may not be read: it says nothing
        throw error;
      });
    for (const timed of text.split("\n")) {
      // Each line comes with the API server's time before it.
      const line = timed.slice(timed.indexOf(" ") + 1);
      const access = parseAccessLine(line);
      if (!access) {
        if (line.includes(this.sent.mark) || line.includes(this.sent.requestId)) this.unreadable++;
        continue;
      }
      const marked = access.userAgent.endsWith(this.sent.mark);
      if (marked) this.ids.add(withoutReason(access.requestId));
      if (marked || this.ids.has(withoutReason(access.requestId)) || this.isItsConnection(access))
        this.written.push({ pod, line: line.slice(0, 2_000), access });
    }
  }

  /** A connection that was refused before there was a request has no id: it is known by whence and when it came. */
  private isItsConnection(access: { method: string; downstreamRemote: string; startedAt: string }): boolean {
    const ip = this.sent.source?.ip;
    return (
      access.method === "-" &&
      ip !== undefined &&
      access.downstreamRemote.startsWith(`${ip}:`) &&
      Date.parse(access.startedAt) >= this.sent.sentAt - 1_000 &&
      Date.parse(access.startedAt) <= this.sent.sentAt + limits.requestMs
    );
  }
}

/** Proxies write into the fifteenth character why a request is traced. */
const withoutReason = (id: string): string => (id.length === 36 ? `${id.slice(0, 14)}_${id.slice(15)}` : id);
