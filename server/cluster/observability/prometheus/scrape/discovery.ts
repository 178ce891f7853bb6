import type { KubeObject } from "../../../apimachinery/index.ts";
import {
  type Clock,
  type Disposable,
  DisposableStore,
  silentLogger,
  toDisposable,
} from "../../../base/index.ts";
import { Informer, ResourceClient, type ResourceType, type Transport } from "../../../client/index.ts";
import type { Role, ScrapeConfig } from "../config.ts";
import { MAX_DROPPED_TARGETS } from "../limits.ts";
import { endpointsTargets, nodeTargets, podTargets, serviceTargets } from "./kubernetes-labels.ts";
import type { LabelSet } from "./relabel.ts";
import { discoveredLabels, type Target, targetOf } from "./targets.ts";

const core = (kind: string, plural: string, namespaced = true): ResourceType => ({
  group: "",
  version: "v1",
  kind,
  plural,
  namespaced,
});
const TYPES: Readonly<Record<Role, ResourceType>> = {
  pod: core("Pod", "pods"),
  endpoints: core("Endpoints", "endpoints"),
  service: core("Service", "services"),
  node: core("Node", "nodes", false),
};

export interface DiscoveryDeps {
  readonly transport: Transport;
  readonly clock: Clock;
  readonly jobs: readonly ScrapeConfig[];
  readonly add: (target: Target) => void;
  readonly remove: (key: string) => void;
}

interface Found {
  readonly targets: readonly Target[];
  readonly dropped: readonly LabelSet[];
}

/** Follows the API server and says which targets there are. Two objects may give the same target: it goes with the last. */
export class Discovery implements Disposable {
  private readonly store = new DisposableStore();
  private readonly informers = new Map<Role, Informer<KubeObject>>();
  /** By job, role and object. */
  private readonly found = new Map<string, Found>();
  private readonly holders = new Map<string, number>();

  constructor(private readonly deps: DiscoveryDeps) {
    const abort = new AbortController();
    this.store.add(toDisposable(() => abort.abort()));
    for (const job of deps.jobs) this.put(`static ${job.jobName}`, statics(job));
    const wanted = new Set(deps.jobs.flatMap((job) => job.roles.map((one) => one.role)));
    // Endpoints are told apart by their services and pods.
    const watched = wanted.has("endpoints") ? new Set<Role>([...wanted, "service", "pod"]) : wanted;
    for (const role of watched) this.informers.set(role, this.informer(role));
    for (const informer of this.informers.values()) informer.start(abort.signal);
  }

  /** Targets that rules have dropped: how many of each job, and the labels of some. */
  dropped(): readonly {
    readonly job: string;
    readonly count: number;
    readonly labels: readonly LabelSet[];
  }[] {
    return this.deps.jobs.map(({ jobName }) => {
      const own = [...this.found]
        .filter(([key]) => key.startsWith(`${jobName} `))
        .map(([, one]) => one.dropped);
      const labels = own.flat();
      return { job: jobName, count: labels.length, labels: labels.slice(0, MAX_DROPPED_TARGETS) };
    });
  }

  dispose(): void {
    this.store.dispose();
  }

  private informer(role: Role): Informer<KubeObject> {
    const { transport, clock } = this.deps;
    const client = new ResourceClient<KubeObject>({ transport, type: TYPES[role] });
    const informer = new Informer({ client, clock, logger: silentLogger });
    const see = (object: KubeObject) => {
      this.see(role, object);
      if (role === "service") this.again(object);
    };
    informer.addHandler({
      added: see,
      updated: see,
      deleted: (object) => {
        for (const job of this.deps.jobs)
          this.put(this.keyOf(job, role, object), { targets: [], dropped: [] });
      },
    });
    return informer;
  }

  /** A service that changed changes what its endpoints are called. */
  private again({ metadata }: KubeObject): void {
    const endpoints = this.informers.get("endpoints")?.lister.get(`${metadata.namespace}/${metadata.name}`);
    if (endpoints) this.see("endpoints", endpoints);
  }

  private see(role: Role, object: KubeObject): void {
    let labels: readonly LabelSet[] | undefined;
    for (const job of this.deps.jobs) {
      const wanted = job.roles.some(
        (one) =>
          one.role === role &&
          (one.namespaces.length === 0 || one.namespaces.includes(object.metadata.namespace ?? "")),
      );
      if (!wanted) continue;
      labels ??= this.labelsOf(role, object);
      this.put(this.keyOf(job, role, object), sorted(labels, job));
    }
  }

  private labelsOf(role: Role, object: KubeObject): readonly LabelSet[] {
    const lister = (of: Role) => (key: string) => this.informers.get(of)?.lister.get(key);
    switch (role) {
      case "pod":
        return podTargets(object);
      case "service":
        return serviceTargets(object);
      case "node":
        return nodeTargets(object);
      case "endpoints":
        return endpointsTargets(object, { service: lister("service"), pod: lister("pod") });
    }
  }

  private put(key: string, found: Found): void {
    const before = this.found.get(key)?.targets ?? [];
    if (found.targets.length + found.dropped.length > 0) this.found.set(key, found);
    else this.found.delete(key);
    for (const target of found.targets) this.hold(target.key, 1);
    for (const target of found.targets) this.deps.add(target);
    for (const target of before) if (this.hold(target.key, -1) === 0) this.deps.remove(target.key);
  }

  private hold(key: string, by: number): number {
    const holders = (this.holders.get(key) ?? 0) + by;
    if (holders > 0) this.holders.set(key, holders);
    else this.holders.delete(key);
    return holders;
  }

  private keyOf(job: ScrapeConfig, role: Role, { metadata }: KubeObject): string {
    return `${job.jobName} ${role} ${metadata.namespace ?? ""}/${metadata.name}`;
  }
}

function statics(job: ScrapeConfig): Found {
  return sorted(
    job.staticTargets.map(({ address, labels }) => ({ __address__: address, ...labels })),
    job,
  );
}

function sorted(labels: readonly LabelSet[], job: ScrapeConfig): Found {
  const targets = new Map<string, Target>();
  const dropped: LabelSet[] = [];
  for (const one of labels) {
    const target = targetOf(one, job);
    if (target) targets.set(target.key, target);
    else dropped.push(discoveredLabels(one, job));
  }
  return { targets: [...targets.values()], dropped };
}
