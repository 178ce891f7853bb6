import {
  applyJsonPatch,
  arrayOf,
  badRequest,
  forbidden,
  internalError,
  isObject,
  type JsonObject,
  type KubeObject,
  objectOf,
  type Status,
  StatusError,
  stringOf,
  valueAt,
} from "../../apimachinery/index.ts";
import type { Logger, Random } from "../../base/index.ts";
import { inputObject } from "../endpoints/input.ts";
import type { Reader } from "../registry/reader.ts";
import { named, type Resource } from "../registry/resource.ts";
import type { AdmissionPlugin, Attributes } from "./attributes.ts";
import { meets, type PolicyExpressions, requestData } from "./policy-expressions.ts";
import { callWebhook, type WebhookClientDeps } from "./webhook-client.ts";
import { type MatchDeps, webhookMatches } from "./webhook-rules.ts";

export interface WebhookDeps extends MatchDeps, WebhookClientDeps {
  readonly reader: Reader;
  readonly random: Random;
  readonly logger: Logger;
  readonly mutating: Resource | undefined;
  readonly validating: Resource | undefined;
  readonly expressions: PolicyExpressions;
  namespaceObject(name: string): KubeObject | undefined;
}

/** Asks the webhooks that are configured for a request. Follows apiserver plugin/webhook mutating and validating. */
export class Webhooks implements AdmissionPlugin {
  readonly name = "Webhooks";
  readonly asksOthers = true;

  constructor(private readonly deps: WebhookDeps) {}

  /** One after the other, in the order of their configurations' names; each sees what the one before made. */
  async mutate(attributes: Attributes & { readonly object: KubeObject }): Promise<KubeObject> {
    let { object } = attributes;
    for (const webhook of this.matching(this.deps.mutating, attributes)) {
      const response = await this.ask(webhook, { ...attributes, object });
      const patch = stringOf(response?.patch);
      if (patch) object = this.patched(webhook, { ...attributes, object }, patch);
    }
    return object;
  }

  /** All at once; the first refusal in order is the answer. */
  async validate(attributes: Attributes): Promise<void> {
    const asked = this.matching(this.deps.validating, attributes).map((webhook) =>
      this.ask(webhook, attributes),
    );
    const answers = await Promise.allSettled(asked);
    for (const answer of answers) if (answer.status === "rejected") throw answer.reason;
  }

  private matching(configurations: Resource | undefined, attributes: Attributes): JsonObject[] {
    if (!configurations) return [];
    return this.deps.reader
      .all(configurations)
      .flatMap((configuration) => arrayOf(configuration.webhooks))
      .filter(isObject)
      .filter((webhook) => webhookMatches(webhook, attributes, this.deps))
      .filter((webhook) => this.meetsConditions(webhook, attributes));
  }

  /** Throws Forbidden when that cannot be said and the webhook's failurePolicy is Fail. Follows webhook/generic ShouldCallHook. */
  private meetsConditions({ matchConditions, failurePolicy }: JsonObject, attributes: Attributes): boolean {
    const conditions = arrayOf(matchConditions).map((one) => ({
      expression: stringOf(valueAt(one, "expression")),
    }));
    if (conditions.length === 0) return true;
    const { expressions, namespaceObject } = this.deps;
    const data = requestData(
      attributes,
      attributes.namespace ? namespaceObject(attributes.namespace) : undefined,
    );
    const match = meets(conditions, expressions, data);
    if (match.kind !== "error" || failurePolicy === "Ignore") return match.kind === "yes";
    throw forbidden(named(attributes.resource), attributes.name, match.message);
  }

  /** The webhook's response; undefined when it could not be asked and its failurePolicy is Ignore. */
  private async ask(webhook: JsonObject, attributes: Attributes): Promise<JsonObject | undefined> {
    const name = stringOf(webhook.name);
    if (attributes.dryRun && webhook.sideEffects !== "None" && webhook.sideEffects !== "NoneOnDryRun") {
      throw badRequest(`admission webhook ${JSON.stringify(name)} does not support dry run`);
    }
    let response: JsonObject;
    try {
      response = await callWebhook(webhook, this.review(attributes), this.deps);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      if (webhook.failurePolicy === "Ignore") {
        this.deps.logger.warn({ webhook: name, error: message }, "failed calling webhook, failing open");
        return undefined;
      }
      throw internalError(`failed calling webhook ${JSON.stringify(name)}: ${message}`);
    }
    for (const warning of arrayOf(response.warnings)) attributes.warnings.push(stringOf(warning));
    if (response.allowed !== true) throw denied(name, response.status);
    return response;
  }

  private patched(
    webhook: JsonObject,
    { resource, namespace, object }: Attributes & { readonly object: KubeObject },
    patch: string,
  ): KubeObject {
    try {
      const operations: unknown = JSON.parse(Buffer.from(patch, "base64").toString("utf8"));
      const result = objectOf(applyJsonPatch(object, operations));
      const made = inputObject(resource, result, { namespace });
      return { ...made, metadata: { ...made.metadata } };
    } catch (error) {
      const { message } = reasonOf(error);
      throw internalError(
        `failed to apply the patch of webhook ${JSON.stringify(stringOf(webhook.name))}: ${message}`,
      );
    }
  }

  private review(attributes: Attributes): object {
    const { group, version, kind, plural } = attributes.resource.strategy;
    const { operation, subresource, namespace, name, user } = attributes;
    const groupVersionKind = { group, version, kind };
    const groupVersionResource = { group, version, resource: plural };
    const sub = subresource ? { subResource: subresource, requestSubResource: subresource } : {};
    return {
      kind: "AdmissionReview",
      apiVersion: "admission.k8s.io/v1",
      request: {
        uid: this.deps.random.uuid(),
        kind: groupVersionKind,
        resource: groupVersionResource,
        requestKind: groupVersionKind,
        requestResource: groupVersionResource,
        ...sub,
        ...(name ? { name } : {}),
        ...(namespace ? { namespace } : {}),
        operation,
        userInfo: { username: user.name, ...(user.uid ? { uid: user.uid } : {}), groups: user.groups ?? [] },
        object: attributes.object ?? null,
        oldObject: attributes.oldObject ?? null,
        dryRun: attributes.dryRun,
        options: attributes.options,
      },
    };
  }
}

/** Follows admission/plugin/webhook/errors ToStatusErr. */
function denied(name: string, result: unknown): StatusError {
  const status = objectOf(result);
  const by = `admission webhook ${JSON.stringify(name)} denied the request`;
  const code = typeof status.code === "number" && status.code >= 400 ? status.code : 400;
  const why = stringOf(status.message) || stringOf(status.reason);
  const reason = stringOf(status.reason);
  const refused: Status = {
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Failure",
    message: why ? `${by}: ${why}` : `${by} without explanation`,
    ...(reason ? { reason } : {}),
    code,
  };
  return new StatusError(refused);
}

/** Of a patch that does not apply, what its refusal does not tell. */
function reasonOf(error: unknown): { readonly message: string } {
  if (!(error instanceof Error)) return { message: String(error) };
  return error.cause instanceof Error ? error.cause : error;
}
