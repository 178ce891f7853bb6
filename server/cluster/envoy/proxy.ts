import type { Clock, Disposable, Random } from "../base/index.ts";
import type { PodNetwork } from "../network/index.ts";
import {
  type Bootstrap,
  type Cluster,
  type ClusterLoadAssignment,
  type Listener,
  type RouteConfiguration,
  type Secret,
  TYPE_URL,
  type TypeUrl,
} from "../xds/index.ts";
import { ListenerManager } from "./listener/listener-manager.ts";
import { Warming } from "./listener/warming.ts";
import type { ProxyServices } from "./services.ts";
import { IstioStats } from "./stats/istio-stats.ts";
import { MetricStore } from "./stats/metric-store.ts";
import { peerOf } from "./stats/peer.ts";
import { StatsMatcher } from "./stats/stats-matcher.ts";
import { secretProblem } from "./tls/secret-problem.ts";
import { type ReadFile, SecretStore } from "./tls/secret-store.ts";
import { identity, roots } from "./tls/verify.ts";
import { ProxyTracing } from "./tracing/tracing.ts";
import { ClusterRuntime } from "./upstream/cluster-runtime.ts";
import { createDialer } from "./upstream/dial.ts";
import { serviceOf } from "./upstream/endpoint.ts";
import { eachSecretName, routeNames } from "./wanted.ts";

export interface ProxyDeps {
  readonly network: PodNetwork;
  readonly clock: Clock;
  readonly random: Random;
  readonly bootstrap: Bootstrap;
  readonly readFile: ReadFile;
  /** A variable of the proxy's own environment; for tags of spans. */
  readonly environment?: (name: string) => string | undefined;
  readonly writeLog: (path: string, text: string) => void;
}

/** A resource as it was accepted. */
export interface Accepted<T> {
  readonly resource: T;
  readonly version: string;
  readonly updated: number;
}

/**
 * One Envoy: runs exactly the configuration it has accepted over the pod's network. Reads xDS and nothing else. What
 * `/config_dump` shows is these maps.
 */
export class EnvoyProxy implements Disposable {
  readonly clusters = new Map<string, Accepted<Cluster>>();
  readonly listeners = new Map<string, Accepted<Listener>>();
  readonly routes = new Map<string, Accepted<RouteConfiguration>>();
  readonly assignments = new Map<string, Accepted<ClusterLoadAssignment>>();
  readonly secrets: SecretStore;
  /** Istio's standard metrics and Envoy's own. */
  readonly metrics = { istio: new MetricStore(), envoy: new MetricStore() };
  readonly started: number;
  readonly versions = new Map<TypeUrl, string>();
  readonly runtimes = new Map<string, ClusterRuntime>();
  readonly listenerManager: ListenerManager;
  /** Accepted listeners that wait for their routes. */
  readonly warming = new Warming();
  readonly logLevels = new Map<string, string>();
  /** POST /healthcheck/fail: the proxy says of itself that it is draining. */
  failingHealth = false;
  readonly statsMatcher: StatsMatcher;
  private readonly updateCounts = new Map<TypeUrl, { accepted: number; rejected: number }>();
  private readonly istio: IstioStats;
  private readonly tracing: ProxyTracing;
  private disposed = false;

  constructor(readonly deps: ProxyDeps) {
    this.started = deps.clock.now();
    this.secrets = new SecretStore(deps.readFile);
    this.statsMatcher = new StatsMatcher(deps.bootstrap.statsConfig);
    this.istio = new IstioStats({
      metrics: this.metrics.istio,
      self: peerOf(deps.bootstrap.node),
      service: (name) => {
        const runtime = this.runtimes.get(name);
        return runtime && serviceOf({ "@type": TYPE_URL.cluster, ...runtime.config });
      },
    });
    this.tracing = new ProxyTracing({
      ...deps,
      ip: deps.network.ip,
      metrics: this.metrics.envoy,
      cluster: (name) => this.runtimes.get(name),
      environment: deps.environment ?? (() => undefined),
    });
    const services: ProxyServices = {
      clock: deps.clock,
      random: deps.random,
      secrets: this.secrets,
      metrics: this.metrics.envoy,
      istio: this.istio,
      self: peerOf(deps.bootstrap.node),
      tracing: this.tracing,
      trustPrivateAddresses: minorOf(deps.bootstrap.node.metadata.ISTIO_VERSION) < UNTRUSTED_SINCE,
      cluster: (name) => this.runtimes.get(name),
      routeConfiguration: (name) => this.routes.get(name)?.resource,
      writeLog: (path, text) => deps.writeLog(path, text),
    };
    this.listenerManager = new ListenerManager({
      network: deps.network,
      services,
      bindFailed: (name, error) =>
        deps.writeLog("/dev/stderr", `warning envoy config cannot bind '${name}': ${message(error)}\n`),
    });
    for (const cluster of deps.bootstrap.staticResources.clusters) this.putCluster(cluster);
    this.listenerManager.apply("static", deps.bootstrap.staticResources.listeners);
  }

  /** Takes a push. Throws what makes it a NACK; nothing of it is then in force. */
  accept(typeUrl: TypeUrl, version: string, resources: readonly unknown[]): void {
    if (this.disposed) return;
    const counts = this.updateCounts.get(typeUrl) ?? { accepted: 0, rejected: 0 };
    this.updateCounts.set(typeUrl, counts);
    counts.rejected += 1; // unless nothing of it is refused
    this.take(typeUrl, version, resources);
    counts.rejected -= 1;
    counts.accepted += 1;
  }

  /** Pushes of a type that were taken and refused. */
  updates(typeUrl: TypeUrl): { readonly accepted: number; readonly rejected: number } {
    return this.updateCounts.get(typeUrl) ?? { accepted: 0, rejected: 0 };
  }

  private take(typeUrl: TypeUrl, version: string, resources: readonly unknown[]): void {
    const at = { version, updated: this.deps.clock.now() };
    switch (typeUrl) {
      case TYPE_URL.cluster:
        this.acceptClusters(parsed<Cluster>(resources, "name"), at);
        break;
      case TYPE_URL.endpoint:
        for (const one of parsed<ClusterLoadAssignment>(resources, "clusterName")) {
          this.assignments.set(one.clusterName, { resource: one, ...at });
          for (const runtime of this.runtimes.values())
            if ((runtime.config.edsClusterConfig?.serviceName || runtime.name) === one.clusterName)
              runtime.assign(one);
        }
        break;
      case TYPE_URL.listener: {
        const listeners = parsed<Listener>(resources, "name");
        replace(this.listeners, listeners, at);
        this.applyListeners();
        break;
      }
      case TYPE_URL.route:
        for (const one of parsed<RouteConfiguration>(resources, "name"))
          this.routes.set(one.name ?? "", { resource: one, ...at });
        if (this.warming.pending) this.applyListeners();
        this.forgetRoutes();
        break;
      case TYPE_URL.secret:
        this.acceptSecrets(parsed<Secret>(resources, "name"), version);
        break;
    }
    this.versions.set(typeUrl, version);
  }

  /** Each secret is subscribed to by itself: one that cannot be loaded is refused, the others are taken. */
  private acceptSecrets(secrets: readonly Secret[], version: string): void {
    let problem: string | undefined;
    for (const secret of secrets) {
      const wrong = secretProblem(secret);
      if (wrong === undefined) this.setSecret(secret, version);
      problem ??= wrong;
    }
    if (problem !== undefined) throw new Error(problem);
  }

  /** `default` and `ROOTCA` come from the agent beside us, the rest by ADS. */
  setSecret(secret: Secret, version: string): void {
    this.secrets.set(secret, { version, updated: this.deps.clock.now() });
    if (secret.name !== "default" || !secret.tlsCertificate) return;
    const pem = Buffer.from(secret.tlsCertificate.certificateChain.inlineBytes ?? "", "base64").toString(
      "utf8",
    );
    const leaf = roots(pem)[0];
    if (leaf) this.istio.selfUri = identity(leaf).uri;
    this.istio.changed();
  }

  /** What to ask EDS, RDS and SDS for. */
  wanted(typeUrl: TypeUrl): readonly string[] {
    if (typeUrl === TYPE_URL.endpoint)
      return [...this.runtimes.values()]
        .filter((one) => one.config.type === "EDS")
        .map((one) => one.config.edsClusterConfig?.serviceName || one.name)
        .sort();
    if (typeUrl === TYPE_URL.route) return routeNames(this.listeners.values());
    if (typeUrl === TYPE_URL.secret)
      return eachSecretName([this.listeners.values(), this.clusters.values()]).filter((name) =>
        /^kubernetes(-gateway)?:\/\//.test(name),
      );
    return [];
  }

  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    this.listenerManager.dispose();
    this.tracing.dispose();
    for (const runtime of this.runtimes.values()) runtime.dispose();
  }

  private acceptClusters(clusters: readonly Cluster[], at: { version: string; updated: number }): void {
    const statics = new Set(this.deps.bootstrap.staticResources.clusters.map((one) => one.name));
    const names = new Set(clusters.map((one) => one.name));
    const duplicate = clusters.find((one, i) => clusters.findIndex((other) => other.name === one.name) !== i);
    if (duplicate) throw new Error(`duplicate cluster ${duplicate.name} found`);
    for (const name of [...this.runtimes.keys()]) {
      if (names.has(name) || statics.has(name)) continue;
      this.runtimes.get(name)?.dispose();
      this.runtimes.delete(name);
    }
    replace(this.clusters, clusters, at);
    for (const cluster of clusters) this.putCluster(cluster);
    this.istio.changed();
    const services = new Set(this.wanted(TYPE_URL.endpoint));
    for (const name of [...this.assignments.keys()]) if (!services.has(name)) this.assignments.delete(name);
  }

  private putCluster(config: Omit<Cluster, "@type">): void {
    const known = this.runtimes.get(config.name);
    if (known) {
      if (JSON.stringify(known.config) !== JSON.stringify(config)) known.reconfigure(config);
      return;
    }
    const { network, clock, random } = this.deps;
    const runtime = new ClusterRuntime(config, {
      clock,
      random,
      metrics: this.metrics.envoy,
      dial: createDialer({ network, clock, secrets: this.secrets }),
      resolve: (name) => network.resolve(name),
      bug: (error) => this.deps.writeLog("/dev/stderr", `critical envoy main ${String(error)}\n`),
    });
    const assignment = this.assignments.get(config.edsClusterConfig?.serviceName || config.name);
    if (assignment) runtime.assign(assignment.resource);
    this.runtimes.set(config.name, runtime);
  }

  private applyListeners(): void {
    const wanted = [...this.listeners.values()].map((one) => one.resource);
    this.listenerManager.apply(
      "dynamic",
      this.warming.choose(wanted, (name) => this.routes.has(name)),
    );
  }

  private forgetRoutes(): void {
    const wanted = new Set([...this.wanted(TYPE_URL.route), ...this.warming.routesInUse()]);
    for (const name of [...this.routes.keys()]) if (!wanted.has(name)) this.routes.delete(name);
  }
}

/** The Istio minor whose Envoy trusts no private address by default any more (1.36 and later). */
const UNTRUSTED_SINCE = 28;

function minorOf(version: unknown): number {
  return Number(/^1\.(\d+)/.exec(typeof version === "string" ? version : "")?.[1] ?? 0);
}

function replace<T extends { readonly name?: string }>(
  map: Map<string, Accepted<T>>,
  resources: readonly T[],
  at: { version: string; updated: number },
): void {
  const before = new Map(map);
  map.clear();
  for (const resource of resources) {
    const name = resource.name ?? "";
    const old = before.get(name);
    const same = old && JSON.stringify(old.resource) === JSON.stringify(resource);
    map.set(name, same ? old : { resource, ...at });
  }
}

/** The wire's edge: istiod and this proxy share the schema in xds/, so only the name is looked at here. */
function parsed<T>(resources: readonly unknown[], key: string): readonly T[] {
  for (const one of resources) {
    if (typeof one !== "object" || one === null || typeof Reflect.get(one, key) !== "string")
      throw new Error(`resource without ${key}`);
  }
  return resources as readonly T[];
}

function message(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
