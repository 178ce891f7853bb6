import { deprecated, invalidWebhook } from "../findings.ts";
import { about, type Message } from "../message.ts";
import { fullName } from "../resource.ts";
import { matchesLabelSelector } from "../selectors.ts";
import type { LabelSelector, Webhook } from "../specs.ts";
import { type Analyzer, named, type World } from "../world.ts";

const REVISION = "istio.io/rev";
type Labels = Readonly<Record<string, string>>;

/** Injection webhooks: no pod may meet two, and somebody must answer. */
export const webhookAnalyzer: Analyzer = {
  name: "webhook.Analyzer",
  description: "Checks the validity of Istio webhooks",
  inputs: ["MutatingWebhookConfiguration", "Service"],
  run: (world) => {
    const hooks = istioHooks(world);
    return [...overlaps(hooks), ...withoutService(hooks, world)];
  },
};

interface Hook {
  readonly resource: World["webhookConfigurations"][number];
  readonly webhook: Webhook;
  readonly name: string;
}

function istioHooks({ webhookConfigurations }: World): Hook[] {
  return webhookConfigurations
    .filter(
      (one) => revisionsOf(one).length > 0 || one.spec.webhooks.some(({ name }) => name.endsWith("istio.io")),
    )
    .flatMap((resource) =>
      resource.spec.webhooks.map((webhook) => ({
        resource,
        webhook,
        name: `${fullName(resource)}/${webhook.name}`,
      })),
    );
}

function revisionsOf({ metadata, spec }: World["webhookConfigurations"][number]): string[] {
  const ofSelector = (selector: LabelSelector): string[] => [
    ...(selector?.matchLabels[REVISION] === undefined ? [] : [selector.matchLabels[REVISION]]),
    ...(selector?.matchExpressions ?? [])
      .filter(({ key }) => key === REVISION)
      .flatMap(({ values }) => values),
  ];
  const own = metadata.labels[REVISION];
  return [
    ...(own === undefined ? [] : [own]),
    ...spec.webhooks.flatMap(({ namespaceSelector, objectSelector }) => [
      ...ofSelector(namespaceSelector),
      ...ofSelector(objectSelector),
    ]),
  ];
}

/** Every combination of the labels that decide on injection may meet one webhook at most. */
function overlaps(hooks: readonly Hook[]): Message[] {
  const revisions = [...new Set(hooks.flatMap(({ resource }) => revisionsOf(resource)))];
  const variants = (key: string, values: readonly string[]): Labels[] => {
    const base: Labels[] = [{}, ...values.map((value) => ({ [key]: value }))];
    return [
      ...base,
      ...revisions.flatMap((revision) => base.map((one) => ({ ...one, [REVISION]: revision }))),
    ];
  };
  const namespaces = variants("istio-injection", ["enabled", "disabled"]);
  const objects = variants("sidecar.istio.io/inject", ["true", "false"]);
  return namespaces.flatMap((namespace) =>
    objects.flatMap((object) => {
      const met = hooks.filter(
        ({ webhook }) =>
          matchesLabelSelector(webhook.namespaceSelector, namespace) &&
          matchesLabelSelector(webhook.objectSelector, object),
      );
      if (new Set(met.map(({ name }) => name)).size < 2) return [];
      return met.map(({ resource, name }) => {
        const others = [...new Set(met.map((one) => one.name))].filter((other) => other !== name).sort();
        const text = `Webhook overlaps with others: [${others.join(" ")}]. This may cause injection to occur twice.`;
        return about(resource, invalidWebhook(text));
      });
    }),
  );
}

function withoutService(hooks: readonly Hook[], { services }: World): Message[] {
  return hooks.flatMap(({ resource, webhook }) => {
    const service = webhook.clientConfig?.service;
    if (!service || named(services, service.namespace, service.name)) return [];
    const text = `Injector refers to a control plane service that does not exist: ${service.namespace}/${service.name}.`;
    return [about(resource, invalidWebhook(text))];
  });
}

/** Fields that will go. */
export const deprecationAnalyzer: Analyzer = {
  name: "deprecation.DeprecationAnalyzer",
  description: "Checks for deprecated Istio types and fields",
  inputs: ["VirtualService", "Sidecar"],
  run: ({ virtualServices, sidecars }) => [
    ...virtualServices.flatMap((rule) =>
      rule.spec.http
        .filter(({ fault }) => (fault?.delay?.percent ?? 0) > 0)
        .map(() =>
          about(
            rule,
            deprecated("HTTPRoute.fault.delay.percent is deprecated; use HTTPRoute.fault.delay.percentage"),
          ),
        ),
    ),
    ...sidecars
      .filter(({ spec }) => spec.outboundTrafficPolicy?.egressProxy)
      .map((sidecar) => about(sidecar, deprecated("OutboundTrafficPolicy.EgressProxy ignored"))),
  ],
};
