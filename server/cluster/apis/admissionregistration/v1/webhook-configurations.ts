import type { FieldError, KubeObject } from "../../../apimachinery/index.ts";
import { ageColumn, integer, nameColumn } from "../../meta/columns.ts";
import { duplicate, invalidValue, required } from "../../meta/fields.ts";
import type { LabelSelectorObject } from "../../meta/types.ts";
import { withDefaults } from "../../meta/with-defaults.ts";
import type { ResourceStrategy } from "../../strategy.ts";

export interface RuleWithOperations {
  readonly operations: readonly string[];
  readonly apiGroups: readonly string[];
  readonly apiVersions: readonly string[];
  readonly resources: readonly string[];
  readonly scope?: string;
}

export interface Webhook {
  readonly name: string;
  readonly clientConfig: {
    readonly url?: string;
    readonly service?: {
      readonly namespace: string;
      readonly name: string;
      readonly path?: string;
      readonly port?: number;
    };
    /** Base64 of PEM. */
    readonly caBundle?: string;
  };
  readonly rules?: readonly RuleWithOperations[];
  readonly failurePolicy?: string;
  readonly matchPolicy?: string;
  readonly namespaceSelector?: LabelSelectorObject;
  readonly objectSelector?: LabelSelectorObject;
  readonly sideEffects?: string;
  readonly timeoutSeconds?: number;
  readonly admissionReviewVersions?: readonly string[];
  /** Mutating webhooks only. */
  readonly reinvocationPolicy?: string;
  readonly matchConditions?: readonly { readonly name: string; readonly expression: string }[];
}

export interface WebhookConfiguration extends KubeObject {
  readonly webhooks?: readonly Webhook[];
}

// Follows pkg/apis/admissionregistration/v1/defaults.go.
function webhookDefaults(webhook: Webhook, mutating: boolean): Webhook {
  const { service } = webhook.clientConfig ?? {};
  return withDefaults(
    {
      ...webhook,
      clientConfig: {
        ...webhook.clientConfig,
        ...(service ? { service: withDefaults(service, { port: 443 }) } : {}),
      },
      ...(webhook.rules ? { rules: webhook.rules.map((rule) => withDefaults(rule, { scope: "*" })) } : {}),
    },
    {
      failurePolicy: "Fail",
      matchPolicy: "Equivalent",
      namespaceSelector: {},
      objectSelector: {},
      timeoutSeconds: 10,
      ...(mutating ? { reinvocationPolicy: "Never" } : {}),
    },
  );
}

function validate(configuration: WebhookConfiguration): FieldError[] {
  const errors: FieldError[] = [];
  const names = new Set<string>();
  for (const [index, webhook] of (configuration.webhooks ?? []).entries()) {
    const path = `webhooks[${index}]`;
    if (names.has(webhook.name)) errors.push(duplicate(`${path}.name`, webhook.name));
    names.add(webhook.name);
    if ((webhook.name ?? "").split(".").length < 3) {
      const detail = "should be a domain with at least three segments separated by dots";
      errors.push(invalidValue(`${path}.name`, webhook.name ?? "", detail));
    }
    if ((webhook.admissionReviewVersions ?? []).length === 0) {
      const detail = "must specify one of v1, v1beta1";
      errors.push(required(`${path}.admissionReviewVersions`, detail));
    }
    if (webhook.sideEffects !== "None" && webhook.sideEffects !== "NoneOnDryRun") {
      errors.push(required(`${path}.sideEffects`, "must specify one of None, NoneOnDryRun"));
    }
    const { url, service } = webhook.clientConfig;
    if ((url === undefined) === (service === undefined)) {
      errors.push(required(`${path}.clientConfig`, "exactly one of url or service is required"));
    }
    const seconds = webhook.timeoutSeconds ?? 10;
    if (seconds < 1 || seconds > 30) {
      const detail = "the timeout value must be between 1 and 30 seconds";
      errors.push(invalidValue(`${path}.timeoutSeconds`, seconds, detail));
    }
  }
  return errors;
}

function configuration(mutating: boolean): ResourceStrategy<WebhookConfiguration> {
  const kind = mutating ? "MutatingWebhookConfiguration" : "ValidatingWebhookConfiguration";
  return {
    group: "admissionregistration.k8s.io",
    version: "v1",
    kind,
    plural: `${kind.toLowerCase()}s`,
    singular: kind.toLowerCase(),
    categories: ["api-extensions"],
    namespaced: false,
    defaults: (object) => ({
      ...object,
      ...(object.webhooks
        ? { webhooks: object.webhooks.map((webhook) => webhookDefaults(webhook, mutating)) }
        : {}),
    }),
    validate,
    printerColumns: [nameColumn, integer("Webhooks", ({ webhooks }) => webhooks?.length ?? 0), ageColumn],
  };
}

export const mutatingWebhookStrategy = configuration(true);
export const validatingWebhookStrategy = configuration(false);
