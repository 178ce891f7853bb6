import type { KubeObject } from "../../apimachinery/index.ts";
import { ISTIO_NAMESPACE, ofRevision } from "./labels.ts";
import type { InstallSettings } from "./settings.ts";
import { at } from "./tree.ts";

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

/**
 * The questions of injection (facts: the table of who is injected). `name` is what the label says: a revision, or a tag.
 * Only the default one answers to istio-injection and to pods that ask for a sidecar by themselves.
 */
function questions(
  name: string,
  { byDefault }: { readonly byDefault: boolean },
): readonly InjectionWebhook[] {
  const wanted = [notIn(POD_CHOICE, "false")];
  const named: readonly InjectionWebhook[] = [
    {
      name: "rev.namespace.sidecar-injector.istio.io",
      namespaces: [isIn(REVISION, name), absent(INJECTION)],
      pods: wanted,
    },
    {
      name: "rev.object.sidecar-injector.istio.io",
      namespaces: [absent(REVISION), absent(INJECTION)],
      pods: [...wanted, isIn(REVISION, name)],
    },
  ];
  if (name !== "default") return named;
  return [
    ...named,
    {
      name: "namespace.sidecar-injector.istio.io",
      namespaces: [isIn(INJECTION, "enabled")],
      pods: wanted,
    },
    {
      name: "object.sidecar-injector.istio.io",
      namespaces: [absent(INJECTION), absent(REVISION)],
      pods: [isIn(POD_CHOICE, "true"), absent(REVISION)],
    },
    ...(byDefault ? [everyPod] : []),
  ];
}

/** values.sidecarInjectorWebhook.enableNamespacesByDefault: whoever says nothing is injected, but for the system's own. */
const everyPod: InjectionWebhook = {
  name: "auto.sidecar-injector.istio.io",
  namespaces: [
    absent(INJECTION),
    absent(REVISION),
    notIn(
      "kubernetes.io/metadata.name",
      "kube-system",
      "kube-public",
      "kube-node-lease",
      "local-path-storage",
    ),
  ],
  pods: [absent(POD_CHOICE), absent(REVISION)],
};

/** No namespace and no pod carries this: the webhook stays listed and injects nothing. */
export const NEVER = { matchLabels: { "istio.io/deactivated": "never-match" } } as const;

/** Of one revision's istiod: asked for the label values `name`. */
function mutatingWebhook(of: {
  readonly object: string;
  readonly name: string;
  readonly revision: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly byDefault: boolean;
  readonly active: boolean;
  readonly reviews: readonly string[];
}): KubeObject {
  const service = {
    name: ofRevision("istiod", of.revision),
    namespace: ISTIO_NAMESPACE,
    path: "/inject",
    port: 443,
  };
  return {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "MutatingWebhookConfiguration",
    metadata: { name: of.object, labels: of.labels },
    webhooks: questions(of.name, of).map((question) => ({
      name: question.name,
      clientConfig: { service },
      sideEffects: "None",
      rules: [{ operations: ["CREATE"], apiGroups: [""], apiVersions: ["v1"], resources: ["pods"] }],
      failurePolicy: "Fail",
      reinvocationPolicy: "Never",
      admissionReviewVersions: of.reviews,
      namespaceSelector: of.active ? { matchExpressions: question.namespaces } : NEVER,
      objectSelector: of.active ? { matchExpressions: question.pods } : NEVER,
    })),
  };
}

const INJECTOR = { app: "sidecar-injector", release: "istio" } as const;

/** The revision's own webhook. After the default tag is set the tag's webhook injects, and this one is put to sleep. */
export function injectorWebhook(settings: InstallSettings, active: boolean): KubeObject {
  const { revision } = settings;
  const name = revision || "default";
  const object = ofRevision("istio-sidecar-injector", revision);
  return mutatingWebhook({
    object,
    name,
    revision,
    labels: INJECTOR,
    byDefault: byDefault(settings),
    active,
    reviews: settings.gates.admissionReviewVersions,
  });
}

/** What makes a revision answer to another name; to `default` it answers for istio-injection too. */
export function tagWebhook(settings: InstallSettings, tag: string): KubeObject {
  const { revision } = settings;
  const labels = { ...INJECTOR, "istio.io/tag": tag };
  const object = `istio-revision-tag-${tag}`;
  return mutatingWebhook({
    object,
    name: tag,
    revision,
    labels,
    byDefault: byDefault(settings),
    active: true,
    reviews: settings.gates.admissionReviewVersions,
  });
}

const byDefault = ({ values }: InstallSettings) =>
  at(values, "sidecarInjectorWebhook", "enableNamespacesByDefault") === true;

function validatingWebhook(of: {
  readonly name: string;
  readonly webhook: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly objects: readonly Expression[];
  readonly revision: string;
  readonly reviews: readonly string[];
}): KubeObject {
  return {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "ValidatingWebhookConfiguration",
    metadata: { name: of.name, labels: of.labels },
    webhooks: [
      {
        name: of.webhook,
        clientConfig: {
          service: {
            name: ofRevision("istiod", of.revision),
            namespace: ISTIO_NAMESPACE,
            path: "/validate",
            port: 443,
          },
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
        admissionReviewVersions: of.reviews,
        objectSelector: { matchExpressions: of.objects },
      },
    ],
  };
}

const VALIDATOR = { app: "istiod", istio: "istiod", release: "istio" } as const;

export function validatorWebhook({ revision, gates }: InstallSettings): KubeObject {
  return validatingWebhook({
    name: `${ofRevision("istio-validator", revision)}-${ISTIO_NAMESPACE}`,
    webhook: "rev.validation.istio.io",
    labels: VALIDATOR,
    objects: [isIn(REVISION, revision || "default")],
    revision,
    reviews: gates.admissionReviewVersions,
  });
}

/** Validates what names no revision. */
export function defaultValidatorWebhook({ revision, gates }: InstallSettings): KubeObject {
  return validatingWebhook({
    name: "istiod-default-validator",
    webhook: "validation.istio.io",
    labels: { ...VALIDATOR, "istio.io/tag": "default" },
    objects: [absent(REVISION)],
    revision,
    reviews: gates.admissionReviewVersions,
  });
}
