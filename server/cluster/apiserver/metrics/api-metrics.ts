import type { Clock } from "../../base/index.ts";
import { type Attributes, attributesOf, type RequestLine } from "../authorization/attributes.ts";
import { keyPrefix } from "../registry/resource.ts";
import type { Resources } from "../registry/resources.ts";
import { MetricRegistry } from "./registry.ts";

// What kube-apiserver tells of itself at /metrics, under its names (apiserver endpoints/metrics, storage/etcd3/metrics);
// the families that dashboards and courses look at, not all.

const SECONDS = [
  0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 1.25, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 45, 60,
];
const LONG_RUNNING = new Set(["exec", "attach", "portforward", "log", "proxy"]);

export interface ApiMetricsDeps {
  readonly clock: Clock;
  readonly resources: Resources;
  /** How many keys stand under a prefix. */
  count(prefix: string): number;
  readonly gitVersion: string;
}

/** One request that has begun; called once, with its status code, when it is over. */
export type EndOfRequest = (code: number) => void;

export class ApiMetrics {
  private readonly registry = new MetricRegistry(SECONDS);
  private readonly total = this.registry.counter(
    "apiserver_request_total",
    "[STABLE] Counter of apiserver requests broken out for each verb, dry run value, group, version, resource, scope, component, and HTTP response code.",
  );
  private readonly inflight = this.registry.gauge(
    "apiserver_current_inflight_requests",
    "[STABLE] Maximal number of currently used inflight request limit of this apiserver per request kind in last second.",
  );
  private readonly running = this.registry.gauge(
    "apiserver_longrunning_requests",
    "[STABLE] Gauge of all active long-running apiserver requests broken out by verb, group, version, resource, scope and component. Not all requests are tracked this way.",
  );
  private readonly objects = this.registry.gauge(
    "apiserver_storage_objects",
    "[STABLE] Number of stored objects at the time of last check split by kind.",
  );
  private readonly build = this.registry.gauge(
    "kubernetes_build_info",
    "[ALPHA] A metric with a constant '1' value labeled by major, minor, git version, git commit, git tree state, build date, Go version, and compiler from which Kubernetes was built, and platform on which it is running.",
  );
  private readonly started = this.registry.gauge(
    "process_start_time_seconds",
    "[STABLE] Start time of the process since unix epoch in seconds.",
  );
  private readonly memory = this.registry.gauge(
    "process_resident_memory_bytes",
    "[STABLE] Resident memory size in bytes.",
  );
  private readonly duration = this.registry.histogram(
    "apiserver_request_duration_seconds",
    "[STABLE] Response latency distribution in seconds for each verb, dry run value, group, version, resource, subresource, scope and component.",
  );

  constructor(private readonly deps: ApiMetricsDeps) {
    this.build.set({ git_version: deps.gitVersion, major: "1", minor: "35" }, 1);
    this.started.set({}, deps.clock.now() / 1000);
  }

  begin(line: RequestLine & { readonly dryRun: boolean }): EndOfRequest {
    const labels = this.labelsOf(attributesOf(line), line);
    const { clock } = this.deps;
    const begun = clock.monotonic();
    const long = labels.verb === "WATCH" || labels.verb === "CONNECT";
    const kind = { request_kind: ["GET", "LIST", "WATCH"].includes(labels.verb) ? "readOnly" : "mutating" };
    if (long) this.running.add(labels, 1);
    else this.inflight.add(kind, 1);
    return (code) => {
      if (long) this.running.add(labels, -1);
      else this.inflight.add(kind, -1);
      const dry = { dry_run: line.dryRun ? "All" : "" };
      this.total({ code: String(code), component: "apiserver", ...dry, ...labels });
      if (!long)
        this.duration({ component: "apiserver", ...dry, ...labels }, (clock.monotonic() - begun) / 1000);
    };
  }

  text(): string {
    this.objects.clear();
    for (const resource of this.deps.resources.all()) {
      const { group, plural } = resource.strategy;
      if (resource.strategy.computed || resource.apiVersion !== resource.storageApiVersion) continue;
      const name = group ? `${plural}.${group}` : plural;
      this.objects.set({ resource: name }, this.deps.count(keyPrefix(resource)));
    }
    this.memory.set({}, process.memoryUsage.rss());
    return this.registry.text();
  }

  /** Only kinds that are served are named: what somebody invents must not grow the table. */
  private labelsOf(asked: Attributes, { method }: RequestLine) {
    const unknown = {
      group: "",
      resource: "",
      scope: "",
      subresource: "",
      verb: upstreamVerb(method),
      version: "",
    };
    if (asked.kind === "non-resource") return unknown;
    const found = this.deps.resources
      .all()
      .find(({ strategy }) => strategy.group === asked.group && strategy.plural === asked.resource);
    if (!found) return unknown;
    const single = asked.name !== "" ? "resource" : asked.namespace ? "namespace" : "cluster";
    const long = LONG_RUNNING.has(asked.subresource);
    return {
      group: asked.group,
      resource: asked.resource,
      scope: asked.verb === "create" && asked.name === "" ? "resource" : single,
      subresource: KNOWN_SUBRESOURCES.has(asked.subresource) ? asked.subresource : "",
      verb: long ? "CONNECT" : (VERBS[asked.verb] ?? upstreamVerb(method)),
      version: found.strategy.version,
    };
  }
}

const KNOWN_SUBRESOURCES = new Set([
  ...["status", "scale", "binding", "eviction", "token", "approval", "finalize", "ephemeralcontainers"],
  ...LONG_RUNNING,
]);

const VERBS: Readonly<Record<string, string>> = {
  ...{ get: "GET", list: "LIST", watch: "WATCH", create: "POST", update: "PUT", patch: "PATCH" },
  ...{ delete: "DELETE", deletecollection: "DELETECOLLECTION" },
};

const upstreamVerb = (method: string) =>
  ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"].includes(method) ? method : "other";
