import {
  aggregatedDiscovery,
  coreVersions,
  groupDocument,
  groupList,
  resourceList,
} from "../discovery/discovery.ts";
import type { ApiMetrics } from "../metrics/api-metrics.ts";
import type { OpenApi } from "../openapi/openapi.ts";
import { swagger } from "../openapi/swagger.ts";
import type { Resource } from "../registry/resource.ts";
import type { Resources } from "../registry/resources.ts";

/** An answer that is not an object of the API. */
export interface Document {
  readonly contentType: string;
  readonly body: string | Buffer;
}

export interface NonResourceDeps {
  readonly resources: Resources;
  readonly openapi: OpenApi;
  readonly metrics: Pick<ApiMetrics, "text">;
  serverAddress(): string;
}

export const VERSION = {
  major: "1",
  minor: "35",
  emulationMajor: "1",
  emulationMinor: "35",
  minCompatibilityMajor: "1",
  minCompatibilityMinor: "34",
  gitVersion: "v1.35.2",
  gitCommit: "practice-cluster",
  gitTreeState: "clean",
  buildDate: "2026-02-26T00:00:00Z",
  goVersion: "none",
  compiler: "none",
  platform: `linux/${process.arch === "arm64" ? "arm64" : "amd64"}`,
};

const METRICS = "text/plain; version=0.0.4; charset=utf-8; escaping=underscores";
const AGGREGATED = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

/** Discovery, OpenAPI, version and health. Undefined when the path is none of them. */
export class NonResourcePaths {
  private discovery = new Map<string, { generation: number; body: string }>();

  constructor(private readonly deps: NonResourceDeps) {}

  answer(path: string, accept: string, verbose = false): Document | undefined {
    const clean = path.length > 1 ? path.replace(/\/+$/, "") : path;
    const [, first, second, third, fourth] = clean.split("/");
    switch (first) {
      case "healthz":
      case "livez":
      case "readyz":
        return health(first, second, verbose);
      case "metrics":
        return second === undefined ? { contentType: METRICS, body: this.deps.metrics.text() } : undefined;
      case "version":
        return json(VERSION);
      case "openapi":
        if (second === "v2") return swagger(accept);
        return second === "v3" ? this.deps.openapi.document(clean) : undefined;
      case "api":
        if (third !== undefined) return undefined;
        return second === undefined ? this.root(true, accept) : this.list("", second);
      case "apis":
        if (fourth !== undefined) return undefined;
        if (second === undefined) return this.root(false, accept);
        return third === undefined ? this.group(second) : this.list(second, third);
      case "":
        return this.paths();
      default:
        return undefined;
    }
  }

  private root(core: boolean, accept: string): Document {
    if (accept.includes("as=APIGroupDiscoveryList") && accept.includes("v=v2")) {
      const make = (resources: Resource[]) => aggregatedDiscovery(resources, core);
      return { contentType: AGGREGATED, body: this.cached(`aggregated ${core}`, make) };
    }
    return core
      ? json(coreVersions(this.deps.serverAddress()))
      : { contentType: "application/json", body: this.cached("groups", groupList) };
  }

  private group(group: string): Document | undefined {
    const found = groupDocument(this.deps.resources.all(), group);
    return found && json(found);
  }

  private list(group: string, version: string): Document | undefined {
    const found = resourceList(this.deps.resources.all(), group, version);
    return found && json(found);
  }

  private paths(): Document {
    const versions = new Set(this.deps.resources.all().map(({ apiVersion }) => apiVersion));
    const apis = [...versions].map((version) =>
      version.includes("/") ? `/apis/${version}` : `/api/${version}`,
    );
    const others = ["/healthz", "/livez", "/metrics", "/openapi/v2", "/openapi/v3", "/readyz", "/version"];
    return json({ paths: ["/api", "/apis", ...apis, ...others].sort() });
  }

  private cached(key: string, make: (resources: Resource[]) => object): string {
    const { resources } = this.deps;
    const known = this.discovery.get(key);
    if (known?.generation === resources.generation) return known.body;
    const body = JSON.stringify(make(resources.all()));
    this.discovery.set(key, { generation: resources.generation, body });
    return body;
  }
}

const ALWAYS = ["ping", "log", "etcd"];
/** What each of the paths looks at: the names are upstream's; whoever answers has passed them all. */
const CHECKS: Readonly<Record<string, readonly string[]>> = {
  healthz: ALWAYS,
  livez: ALWAYS,
  readyz: [...ALWAYS, "etcd-readiness", "informer-sync", "shutdown"],
};

/** Follows apiserver server/healthz: `ok`, one check by its name, or every check in a line of its own. */
function health(path: string, check: string | undefined, verbose: boolean): Document | undefined {
  const checks = CHECKS[path] ?? [];
  if (check !== undefined && !checks.includes(check)) return undefined;
  const lines = [...checks.map((name) => `[+]${name} ok`), `${path} check passed`];
  const body = verbose && check === undefined ? `${lines.join("\n")}\n` : "ok";
  return { contentType: "text/plain; charset=utf-8", body };
}

function json(value: object): Document {
  return { contentType: "application/json", body: JSON.stringify(value) };
}
