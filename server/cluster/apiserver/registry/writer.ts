import {
  alreadyExists,
  badRequest,
  conflict,
  deepEqual,
  deepFreeze,
  invalid,
  type KubeObject,
  notFound,
  type ObjectMeta,
} from "../../apimachinery/index.ts";
import type { StrategyContext } from "../../apis/strategy.ts";
import type { Clock, Random } from "../../base/index.ts";
import type { KeyValue, Storage } from "../../storage/index.ts";
import type { AdmissionChain } from "../admission/chain.ts";
import type { UserInfo } from "../filters/user.ts";
import { CONFLICT_RETRIES } from "../limits.ts";
import type { Allocators } from "./allocators.ts";
import type { ClusterQuota } from "./cluster-quota.ts";
import {
  checkPreconditions,
  type DeleteOptions,
  deletionComplete,
  planDeletion,
  rfc3339,
} from "./deletion.ts";
import { countsGeneration, keepServerMetadata, metadataErrors } from "./metadata.ts";
import {
  inVersion,
  keyOf,
  keyPrefix,
  named,
  type ObjectReference,
  type Resource,
  withMetadata,
} from "./resource.ts";

/** What every write carries besides its object. */
export interface WriteContext {
  readonly user: UserInfo;
  readonly subresource: string;
  readonly dryRun: boolean;
  readonly warnings: string[];
  readonly options: Record<string, unknown>;
  /** Brings metadata.managedFields up to date; `old` is absent on create. Absent: leave as the transform made them. */
  readonly trackFields?: (object: KubeObject, old: KubeObject | undefined) => KubeObject;
}

export interface WriterDeps {
  readonly storage: Storage<KubeObject>;
  readonly clock: Clock;
  readonly random: Random;
  readonly allocators: Allocators;
  readonly admission: AdmissionChain;
  readonly quota: Pick<ClusterQuota, "create">;
}

export interface UpdateRequest {
  readonly reference: ObjectReference;
  /** Makes the wanted object from the present one. May be called again after a conflict. */
  readonly transform: (present: KubeObject) => Promise<KubeObject> | KubeObject;
  /** Makes the object when there is none (server-side apply); absent: NotFound. */
  readonly create?: () => KubeObject;
  /** Which parts a subresource may write: the rest is taken from the present object. */
  readonly merge?: (wanted: KubeObject, present: KubeObject) => KubeObject;
}

export interface Written {
  readonly object: KubeObject;
  readonly created: boolean;
}

// Upstream's generator cuts the base so that base and suffix together stay a DNS label.
const NAME_LIMIT = 63;

/** create, update and delete for every kind: admission, strategy, storage, in upstream's order (registry/generic Store). */
export class Writer {
  constructor(private readonly deps: WriterDeps) {}

  async create(resource: Resource, input: KubeObject, context: WriteContext): Promise<KubeObject> {
    const { admission } = this.deps;
    const { strategy } = resource;
    const { namespace = "" } = input.metadata;
    if (input.metadata.resourceVersion) {
      throw badRequest("resourceVersion should not be set on objects to be created");
    }
    let object = withMetadata(input, { ...this.freshMetadata(resource, input) });
    object = strategy.defaults ? strategy.defaults(object) : object;
    // Attributes keep the name of the request: "" while it is to be generated, which happens between the two phases.
    const asked = input.metadata.name ?? "";
    const attributes = { ...context, operation: "CREATE" as const, resource, namespace, name: asked };
    const mutated = await admission.mutate({ ...attributes, object });
    object = mutated !== object && strategy.defaults ? strategy.defaults(mutated) : mutated;
    object = this.withGeneratedName(object);
    const name = object.metadata.name ?? "";
    const strategyContext = this.deps.allocators.begin(this.now(), name);
    const settled: (() => void)[] = [];
    try {
      object = strategy.prepareForCreate?.(object, strategyContext) ?? object;
      if (countsGeneration(resource, object)) object = withMetadata(object, { generation: 1 });
      const errors = [...metadataErrors(resource, object.metadata), ...(strategy.validate?.(object) ?? [])];
      if (errors.length > 0) throw invalid(strategy, name, errors);
      if (context.trackFields) object = context.trackFields(object, undefined);
      await admission.validate({ ...attributes, object, settled });
      return this.insert(resource, object, context.dryRun);
    } finally {
      for (const release of settled) release();
      strategyContext.release();
    }
  }

  async update(resource: Resource, request: UpdateRequest, context: WriteContext): Promise<Written> {
    const key = keyOf(resource, request.reference);
    for (let attempt = 1; ; attempt++) {
      const present = this.deps.storage.get(key);
      if (!present) {
        if (!request.create) throw notFound(named(resource), request.reference.name);
        return { object: await this.create(resource, request.create(), context), created: true };
      }
      const object = await this.tryUpdate(present, { ...request, resource }, context);
      if (object) return { object: inVersion(object, resource.apiVersion), created: false };
      if (attempt >= CONFLICT_RETRIES) throw modified(resource, request.reference.name);
    }
  }

  async delete(
    resource: Resource,
    reference: ObjectReference,
    options: DeleteOptions & { readonly context: WriteContext },
  ): Promise<{ object: KubeObject; removed: boolean }> {
    const key = keyOf(resource, reference);
    const { storage, clock, admission } = this.deps;
    const { context } = options;
    const first = storage.get(key);
    if (!first) throw notFound(named(resource), reference.name);
    checkPreconditions(resource, first.value, options);
    await admission.validate({
      ...context,
      operation: "DELETE",
      resource,
      ...reference,
      oldObject: inVersion(first.value, resource.apiVersion),
    });
    // Admission may have waited; from here on nothing does.
    const present = storage.get(key);
    if (!present) throw notFound(named(resource), reference.name);
    checkPreconditions(resource, present.value, options);
    const plan = planDeletion(resource, present.value, { ...options, now: clock.now() });
    if (plan.kind === "nothing") return { object: present.value, removed: false };
    if (plan.kind === "remove") {
      return { object: options.dryRun ? present.value : this.remove(present), removed: true };
    }
    const marked =
      countsGeneration(resource, present.value) && present.value.metadata.deletionTimestamp === undefined
        ? withMetadata(plan.object, { generation: (present.value.metadata.generation ?? 0) + 1 })
        : plan.object;
    return { object: options.dryRun ? marked : (this.replace(present, marked) ?? marked), removed: false };
  }

  /** Removes every object of a resource at one revision, finalizers or not: its kind is no longer defined. */
  purge(resource: Resource): void {
    const { items } = this.deps.storage.range(keyPrefix(resource));
    this.deps.storage.txn(
      [],
      items.map(({ key, value }) => ({
        type: "delete",
        key,
        value: (revision) => versioned(value, revision),
      })),
    );
  }

  private async tryUpdate(
    present: KeyValue<KubeObject>,
    request: UpdateRequest & { readonly resource: Resource },
    context: WriteContext,
  ): Promise<KubeObject | undefined> {
    const { resource } = request;
    const old = inVersion(present.value, resource.apiVersion);
    const transformed = await request.transform(old);
    const name = request.reference.name;
    const wantedVersion = transformed.metadata.resourceVersion;
    if (wantedVersion && wantedVersion !== old.metadata.resourceVersion) throw modified(resource, name);
    const { strategy } = resource;
    const defaulted = strategy.defaults ? strategy.defaults(transformed) : transformed;
    let object = keepServerMetadata(resource, defaulted, old);
    const attributes = {
      ...context,
      operation: "UPDATE" as const,
      resource,
      ...request.reference,
      oldObject: old,
    };
    object = request.merge ? request.merge(object, old) : object;
    const mutated = await this.deps.admission.mutate({ ...attributes, object });
    object = mutated !== object && strategy.defaults ? strategy.defaults(mutated) : mutated;
    const strategyContext = this.deps.allocators.begin(this.now(), request.reference.name);
    const settled: (() => void)[] = [];
    try {
      object = this.prepareForUpdate(resource, { object, old, context: strategyContext }, request);
      if (context.trackFields) object = context.trackFields(object, old);
      await this.deps.admission.validate({ ...attributes, object, settled });
      if (context.dryRun) return deepFreeze(object);
      if (unchanged(object, old) && !deletionComplete(object)) return this.stillThere(present);
      if (deletionComplete(object)) return this.remove(present, object);
      return this.replace(present, object);
    } finally {
      for (const release of settled) release();
      strategyContext.release();
    }
  }

  private prepareForUpdate(
    resource: Resource,
    { object, old, context }: { object: KubeObject; old: KubeObject; context: StrategyContext },
    request: UpdateRequest,
  ): KubeObject {
    const { strategy } = resource;
    let next = object;
    if (!request.merge) {
      if (strategy.subresources?.status) next = withStatusOf(next, old);
      next = strategy.prepareForUpdate?.(next, old, context) ?? next;
      if (countsGeneration(resource, next) && specChanged(next, old)) {
        next = withMetadata(next, { generation: (old.metadata.generation ?? 0) + 1 });
      }
    }
    const errors = metadataErrors(resource, next.metadata);
    errors.push(...(strategy.validate?.(next, old) ?? []));
    if (!request.merge) errors.push(...(strategy.validateUpdate?.(next, old) ?? []));
    if (errors.length > 0) throw invalid(strategy, old.metadata.name ?? "", errors);
    return next;
  }

  private withGeneratedName(object: KubeObject): KubeObject {
    const { generateName, name } = object.metadata;
    if (!generateName || name) return object;
    return withMetadata(object, {
      name: `${generateName.slice(0, NAME_LIMIT - 5)}${this.deps.random.suffix(5)}`,
    });
  }

  private freshMetadata(resource: Resource, input: KubeObject): Partial<ObjectMeta> {
    return {
      namespace: resource.strategy.namespaced ? input.metadata.namespace : undefined,
      uid: this.deps.random.uuid(),
      creationTimestamp: this.now(),
      generation: undefined,
      deletionTimestamp: undefined,
      deletionGracePeriodSeconds: undefined,
    };
  }

  private insert(resource: Resource, object: KubeObject, dryRun: boolean): KubeObject {
    const { namespace = "", name = "" } = object.metadata;
    const key = keyOf(resource, { namespace, name });
    if (dryRun) {
      if (this.deps.storage.get(key)) throw alreadyExists(named(resource), name);
      return deepFreeze(tidy(object));
    }
    this.deps.quota.create();
    const stored = { ...tidy(object), apiVersion: resource.storageApiVersion };
    const changes = this.deps.storage.txn(
      [{ key, modRevision: 0 }],
      [{ type: "put", key, value: (revision) => versioned(stored, revision) }],
    );
    const value = changes?.[0]?.value;
    if (!value) throw alreadyExists(named(resource), name);
    return inVersion(value, resource.apiVersion);
  }

  private replace(present: KeyValue<KubeObject>, object: KubeObject): KubeObject | undefined {
    const { key, modRevision } = present;
    const stored = { ...tidy(object), apiVersion: present.value.apiVersion };
    const changes = this.deps.storage.txn(
      [{ key, modRevision }],
      [{ type: "put", key, value: (revision) => versioned(stored, revision) }],
    );
    return changes?.[0]?.value;
  }

  /** Deletes for good. The tombstone carries the last object at the revision of its deletion. */
  private remove(present: KeyValue<KubeObject>, last = present.value): KubeObject {
    const { key, modRevision } = present;
    const changes = this.deps.storage.txn(
      [{ key, modRevision }],
      [{ type: "delete", key, value: (revision) => versioned(last, revision) }],
    );
    return changes?.[0]?.value ?? last;
  }

  private stillThere(present: KeyValue<KubeObject>): KubeObject | undefined {
    const now = this.deps.storage.get(present.key);
    return now?.modRevision === present.modRevision ? present.value : undefined;
  }

  private now(): string {
    return rfc3339(this.deps.clock.now());
  }
}

function modified(resource: Resource, name: string) {
  const why = "the object has been modified; please apply your changes to the latest version and try again";
  return conflict(named(resource), name, why);
}

function versioned(object: KubeObject, revision: number): KubeObject {
  return deepFreeze(withMetadata(object, { resourceVersion: String(revision) }));
}

/** Drops what JSON would drop, so that an object reads the same before and after a restart. */
function tidy(object: KubeObject): KubeObject {
  const metadata: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(object.metadata)) {
    if (value !== undefined && value !== null && !isEmpty(value)) metadata[key] = value;
  }
  return { ...object, metadata };
}

function isEmpty(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}

function withStatusOf(object: KubeObject, old: KubeObject): KubeObject {
  if (old.status !== undefined) return { ...object, status: old.status };
  const { status: _ignored, ...rest } = object;
  return { ...rest, apiVersion: object.apiVersion, kind: object.kind, metadata: object.metadata };
}

function specChanged(object: KubeObject, old: KubeObject): boolean {
  const keys = new Set([...Object.keys(object), ...Object.keys(old)]);
  for (const key of ["metadata", "status", "apiVersion", "kind"]) keys.delete(key);
  return [...keys].some((key) => !deepEqual(object[key], old[key]));
}

/** Nothing changed but times in managedFields: such a write is answered and not stored. */
function unchanged(object: KubeObject, old: KubeObject): boolean {
  const strip = (value: KubeObject) => ({
    ...value,
    metadata: { ...value.metadata, managedFields: timeless(value) },
  });
  return deepEqual(strip(tidy(object)), strip(tidy(old)));
}

function timeless({ metadata }: KubeObject) {
  return (metadata.managedFields ?? []).map(({ time: _time, ...entry }) => entry);
}
