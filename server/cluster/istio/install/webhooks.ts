import type { KubeObject } from "../../apimachinery/index.ts";
import { ISTIO_NAMESPACE } from "./labels.ts";

type Expression = {
  readonly key: string;
  readonly operator: "In" | "NotIn" | "Exists" | "DoesNotExist";
  readonly values?: readonly string[];
};

interface InjectionWebhook {
  readonly name: string;
  readonly namespaces: readonly Expression[];
  readonly pods: readonly Expression[];
}

const isIn = (key: string, ...values: readonly string[]): Expression => ({ key, operator: "In", values });
const notIn = (key: string, ...values: readonly string[]): Expression => ({ key, operator: "NotIn", values });
const absent = (key: string): Expression => ({ key, operator: "DoesNotExist" });

const INJECTION = "istio-injection";
const REVISION = "istio.io/rev";
const POD_CHOICE = "sidecar.istio.io/inject";

/** The four questions of injection, as the default revision asks them (facts: the table of who is injected). */
const questions: readonly InjectionWebhook[] = [
  {
    name: "rev.namespace.sidecar-injector.istio.io",
    namespaces: [isIn(REVISION, "default"), absent(INJECTION)],
    pods: [notIn(POD_CHOICE, "false")],
  },
  {
    name: "rev.object.sidecar-injector.istio.io",
    namespaces: [absent(REVISION), absent(INJECTION)],
    pods: [notIn(POD_CHOICE, "false"), isIn(REVISION, "default")],
  },
  {
    name: "namespace.sidecar-injector.istio.io",
    namespaces: [isIn(INJECTION, "enabled")],
    pods: [notIn(POD_CHOICE, "false")],
  },
  {
    name: "object.sidecar-injector.istio.io",
    namespaces: [absent(INJECTION), absent(REVISION)],
    pods: [isIn(POD_CHOICE, "true"), absent(REVISION)],
  },
];

/** No namespace and no pod carries this: the webhook stays listed and injects nothing. */
const NEVER = { matchLabels: { "istio.io/deactivated": "never-match" } } as const;

function mutatingWebhook(
  name: string,
  labels: Readonly<Record<string, string>>,
  active: boolean,
): KubeObject {
  return {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "MutatingWebhookConfiguration",
    metadata: { name, labels },
    webhooks: questions.map((question) => ({
      name: question.name,
      clientConfig: { service: { name: "istiod", namespace: ISTIO_NAMESPACE, path: "/inject", port: 443 } },
      sideEffects: "None",
      rules: [{ operations: ["CREATE"], apiGroups: [""], apiVersions: ["v1"], resources: ["pods"] }],
      failurePolicy: "Fail",
      reinvocationPolicy: "Never",
      admissionReviewVersions: ["v1beta1", "v1"],
      namespaceSelector: active ? { matchExpressions: question.namespaces } : NEVER,
      objectSelector: active ? { matchExpressions: question.pods } : NEVER,
    })),
  };
}

/** After the default tag is set the tag's webhook injects, and the revision's own is put to sleep. */
export function mutatingWebhooks(): readonly KubeObject[] {
  const labels = { app: "sidecar-injector", release: "istio" };
  return [
    mutatingWebhook("istio-sidecar-injector", labels, false),
    mutatingWebhook("istio-revision-tag-default", { ...labels, "istio.io/tag": "default" }, true),
  ];
}

function validatingWebhook(of: {
  readonly name: string;
  readonly webhook: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly objects: readonly Expression[];
}): KubeObject {
  return {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "ValidatingWebhookConfiguration",
    metadata: { name: of.name, labels: of.labels },
    webhooks: [
      {
        name: of.webhook,
        clientConfig: {
          service: { name: "istiod", namespace: ISTIO_NAMESPACE, path: "/validate", port: 443 },
        },
        rules: [
          {
            operations: ["CREATE", "UPDATE"],
            apiGroups: [
              "security.istio.io",
              "networking.istio.io",
              "telemetry.istio.io",
              "extensions.istio.io",
            ],
            apiVersions: ["*"],
            resources: ["*"],
          },
        ],
        // istiod turns this into Fail once it has proved that it validates.
        failurePolicy: "Ignore",
        sideEffects: "None",
        admissionReviewVersions: ["v1beta1", "v1"],
        objectSelector: { matchExpressions: of.objects },
      },
    ],
  };
}

export function validatingWebhooks(): readonly KubeObject[] {
  return [
    validatingWebhook({
      name: `istio-validator-${ISTIO_NAMESPACE}`,
      webhook: "rev.validation.istio.io",
      labels: { app: "istiod", istio: "istiod", release: "istio" },
      objects: [isIn(REVISION, "default")],
    }),
    validatingWebhook({
      name: "istiod-default-validator",
      webhook: "validation.istio.io",
      labels: { app: "istiod", istio: "istiod", "istio.io/tag": "default", release: "istio" },
      objects: [absent(REVISION)],
    }),
  ];
}
