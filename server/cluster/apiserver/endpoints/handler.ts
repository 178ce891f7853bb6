import {
  invalid,
  type KubeObject,
  methodNotSupported,
  type Status,
  type StatusError,
} from "../../apimachinery/index.ts";
import { parseRequestInfo, type RequestInfo } from "../filters/request-info.ts";
import { parseDeleteOptions } from "../registry/deletion.ts";
import { listOptions, watchOptions } from "../registry/list-options.ts";
import type { Reader } from "../registry/reader.ts";
import { named, type ObjectReference, type Resource } from "../registry/resource.ts";
import { noSuchResource, type Resources } from "../registry/resources.ts";
import type { Watcher } from "../registry/watcher.ts";
import type { UpdateRequest, WriteContext, Writer } from "../registry/writer.ts";
import type { ApiCall, ApiReply } from "./call.ts";
import { readComputed } from "./computed.ts";
import { inputObject } from "./input.ts";
import { APPLY_PATCH, patched, STRATEGIC_PATCH, type StrategicMerge } from "./patch.ts";
import { unfitPatch } from "./patch-refusal.ts";
import { writeContext } from "./write-options.ts";

/** A request to an existing resource. */
export interface ResourceCall {
  readonly call: ApiCall;
  readonly info: RequestInfo & { kind: "resource" };
  readonly resource: Resource;
}

/** Answers one subresource, e.g. `scale` or `pods/binding`. */
export type SubresourceHandler = (request: ResourceCall, handler: Handler) => Promise<ApiReply>;

export interface FieldRules {
  /** The body as the kind's type reads it: refuses or warns about unknown fields, as fieldValidation says. */
  decode(resource: Resource, body: unknown, call: ApiCall): unknown;
  /** Keeps metadata.managedFields in step with an update. */
  track(resource: Resource, call: ApiCall, subresource: string): NonNullable<WriteContext["trackFields"]>;
  /** Server-side apply: what the present object becomes. */
  apply(
    request: { call: ApiCall; resource: Resource; subresource: string },
    present: KubeObject | undefined,
    reference: ObjectReference,
  ): KubeObject;
  strategicMerge: StrategicMerge;
}

export interface HandlerDeps {
  readonly resources: Resources;
  readonly reader: Reader;
  readonly writer: Writer;
  readonly watcher: Watcher;
  readonly fields: FieldRules;
  /** Answers kinds that are only asked and never stored; undefined for all others. */
  review(request: ResourceCall): ApiReply | undefined;
  /** By `plural/subresource` or, for every kind, by subresource alone. */
  readonly subresources: ReadonlyMap<string, SubresourceHandler>;
}

/** The verbs of the API for objects. HTTP and in-process callers both end here. */
export class Handler {
  constructor(readonly deps: HandlerDeps) {}

  async handle(call: ApiCall): Promise<ApiReply> {
    const info = parseRequestInfo(call.path);
    if (info.kind === "non-resource") throw noSuchResource();
    const resource = this.deps.resources.find(info.group, info.version, info.plural);
    if (!resource) throw noSuchResource();
    if (info.namespace && !resource.strategy.namespaced) throw noSuchResource();
    const request = { call, info, resource };
    const { deprecation } = resource.strategy;
    if (deprecation && !call.trusted) call.warnings.push(deprecation);
    if (info.subresource) return this.subresource(request);
    this.requireVerb(request);
    switch (call.method) {
      case "GET":
        return this.read(request);
      case "POST":
        return this.create(request);
      case "PUT":
        return this.update(request);
      case "PATCH":
        return this.patch(request);
      case "DELETE":
        return info.name ? this.delete(request) : this.deleteCollection(request);
      default:
        throw methodNotSupported(named(resource), call.method.toLowerCase());
    }
  }

  read(request: ResourceCall): ApiReply {
    const { call, info, resource } = request;
    const computed = resource.strategy.computed?.();
    if (computed) return readComputed(request, computed);
    if (call.query.watch === "true" || call.query.watch === "1") {
      const options = watchOptions(call.query, info.namespace, info.name);
      return { kind: "watch", resource, start: (sink) => this.deps.watcher.watch(resource, options, sink) };
    }
    if (info.name)
      return { kind: "object", code: 200, object: this.deps.reader.get(resource, info), resource };
    const options = listOptions(call.query, info.namespace);
    return { kind: "list", list: this.deps.reader.list(resource, options), resource };
  }

  async create(request: ResourceCall): Promise<ApiReply> {
    const { call, info, resource } = request;
    if (info.name) throw methodNotSupported(named(resource), "create");
    const answer = this.deps.review(request);
    if (answer) return answer;
    const body = this.deps.fields.decode(resource, call.body, call);
    const input = inputObject(resource, body, { namespace: info.namespace });
    const object = await this.deps.writer.create(resource, input, this.context(request, "CreateOptions"));
    return { kind: "object", code: 201, object, resource };
  }

  /** PUT; `merge` restricts what a subresource may change. */
  async update(request: ResourceCall, merge?: UpdateRequest["merge"]): Promise<ApiReply> {
    const { call, info, resource } = request;
    const input = inputObject(resource, this.deps.fields.decode(resource, call.body, call), info);
    const transform = () => {
      if (resource.custom && !input.metadata.resourceVersion) throw unconditionalUpdate(resource, info.name);
      return input;
    };
    return this.write(request, { reference: info, transform, ...(merge ? { merge } : {}) });
  }

  async patch(request: ResourceCall, merge?: UpdateRequest["merge"]): Promise<ApiReply> {
    const { call, info, resource } = request;
    const { fields } = this.deps;
    if (call.contentType === APPLY_PATCH) {
      const target = { call, resource, subresource: info.subresource };
      const apply = (present: KubeObject | undefined) => fields.apply(target, present, info);
      const create = info.subresource ? {} : { create: () => apply(undefined) };
      return this.write(request, {
        reference: info,
        transform: apply,
        ...create,
        ...(merge ? { merge } : {}),
      });
    }
    const strategicMerge: StrategicMerge = (...all) => fields.strategicMerge(...all);
    const patch = { type: call.contentType, body: call.body, strategicMerge };
    const transform = (present: KubeObject) => {
      const whole = patched(resource, present, patch);
      try {
        return inputObject(resource, fields.decode(resource, whole, call), info);
      } catch (error) {
        throw call.contentType === STRATEGIC_PATCH ? unfitPatch(error, call.body) : error;
      }
    };
    return this.write(request, { reference: info, transform, ...(merge ? { merge } : {}) });
  }

  private async write(request: ResourceCall, update: UpdateRequest): Promise<ApiReply> {
    const { resource } = request;
    const kind = request.call.method === "PATCH" ? "PatchOptions" : "UpdateOptions";
    const written = await this.deps.writer.update(resource, update, this.context(request, kind));
    return { kind: "object", code: written.created ? 201 : 200, object: written.object, resource };
  }

  private async delete({ call, info, resource }: ResourceCall): Promise<ApiReply> {
    const options = parseDeleteOptions(call.body, call.query);
    const context = writeContext(call, "DeleteOptions");
    const { object, removed } = await this.deps.writer.delete(resource, info, {
      ...options,
      context: { ...context, dryRun: options.dryRun },
    });
    if (!removed) return { kind: "object", code: 200, object, resource };
    return { kind: "object", code: 200, object: deleted(resource, object) };
  }

  private async deleteCollection({ call, info, resource }: ResourceCall): Promise<ApiReply> {
    const list = this.deps.reader.list(resource, listOptions(call.query, info.namespace));
    const options = parseDeleteOptions(call.body, call.query);
    const context = writeContext(call, "DeleteOptions");
    for (const { metadata } of list.items) {
      const reference = { namespace: metadata.namespace ?? "", name: metadata.name ?? "" };
      try {
        await this.deps.writer.delete(resource, reference, {
          ...options,
          context: { ...context, dryRun: options.dryRun },
        });
      } catch (error) {
        if (!gone(error)) throw error;
      }
    }
    return { kind: "list", list, resource };
  }

  private async subresource(request: ResourceCall): Promise<ApiReply> {
    const { plural, subresource } = request.info;
    const handler =
      this.deps.subresources.get(`${plural}/${subresource}`) ?? this.deps.subresources.get(subresource);
    if (!handler) throw noSuchResource();
    return handler(request, this);
  }

  private context(request: ResourceCall, kind: string): WriteContext {
    const { call, info, resource } = request;
    const context = writeContext(call, kind, info.subresource);
    // Server-side apply writes its own managedFields.
    if (call.contentType === APPLY_PATCH && call.method === "PATCH") return context;
    return { ...context, trackFields: this.deps.fields.track(resource, call, info.subresource) };
  }

  private requireVerb({ call, info, resource }: ResourceCall): void {
    const { verbs } = resource.strategy;
    if (!verbs) return;
    const verb = verbOf(call, info.name);
    if (!verbs.includes(verb)) throw methodNotSupported(named(resource), verb);
  }
}

function verbOf(call: ApiCall, name: string): string {
  if (call.method === "GET") {
    if (call.query.watch === "true" || call.query.watch === "1") return "watch";
    return name ? "get" : "list";
  }
  if (call.method === "DELETE") return name ? "delete" : "deletecollection";
  return { POST: "create", PUT: "update", PATCH: "patch" }[call.method] ?? call.method.toLowerCase();
}

/** Custom resources must say which version they replace. Follows registry/generic Store.Update. */
function unconditionalUpdate({ strategy }: Resource, name: string): StatusError {
  const { group, plural } = strategy;
  return invalid({ group, kind: plural }, name, [
    {
      type: "FieldValueInvalid",
      field: "metadata.resourceVersion",
      message: "Invalid value: 0x0: must be specified for an update",
    },
  ]);
}

function gone(error: unknown): boolean {
  return error instanceof Error && "reason" in error && error.reason === "NotFound";
}

/** The answer to a deletion that is done. */
function deleted({ strategy }: Resource, object: KubeObject): Status {
  return {
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Success",
    details: {
      name: object.metadata.name ?? "",
      ...(strategy.group ? { group: strategy.group } : {}),
      kind: strategy.plural,
      ...(object.metadata.uid ? { uid: object.metadata.uid } : {}),
    },
  };
}
