import { load } from "js-yaml";
import { expect, it } from "vitest";
import { z } from "zod";
import { mutatingWebhookConfiguration } from "../analyze/index.ts";
import { verdict } from "./check.ts";

// The selectors of the default revision's tag.
const webhooks = mutatingWebhookConfiguration.parse(
  load(`
webhooks:
- name: rev.namespace.sidecar-injector.istio.io
  namespaceSelector: {matchExpressions: [{key: istio.io/rev, operator: In, values: [default]}, {key: istio-injection, operator: DoesNotExist}]}
  objectSelector: {matchExpressions: [{key: sidecar.istio.io/inject, operator: NotIn, values: ["false"]}]}
- name: namespace.sidecar-injector.istio.io
  namespaceSelector: {matchExpressions: [{key: istio-injection, operator: In, values: [enabled]}]}
  objectSelector: {matchExpressions: [{key: sidecar.istio.io/inject, operator: NotIn, values: ["false"]}]}
- name: object.sidecar-injector.istio.io
  namespaceSelector: {matchExpressions: [{key: istio-injection, operator: DoesNotExist}, {key: istio.io/rev, operator: DoesNotExist}]}
  objectSelector: {matchExpressions: [{key: sidecar.istio.io/inject, operator: In, values: ["true"]}, {key: istio.io/rev, operator: DoesNotExist}]}
`),
).webhooks;
const never = mutatingWebhookConfiguration.parse({
  webhooks: [
    {
      name: "namespace.sidecar-injector.istio.io",
      namespaceSelector: { matchLabels: { "istio.io/deactivated": "never-match" } },
      objectSelector: { matchLabels: { "istio.io/deactivated": "never-match" } },
    },
  ],
}).webhooks;
const labels = (yaml: string) => z.record(z.string(), z.string()).parse(load(yaml));

it.each([
  ["{}", "{istio-injection: enabled}", true, "Namespace label istio-injection=enabled matches"],
  ["{}", "{istio.io/rev: default}", true, "Namespace label istio.io/rev=default matches"],
  [
    "{sidecar.istio.io/inject: 'true'}",
    "{istio-injection: enabled}",
    true,
    "Namespace label istio-injection=enabled matches, and pod label sidecar.istio.io/inject=true matches",
  ],
  ["{sidecar.istio.io/inject: 'true'}", "{}", true, "Pod label sidecar.istio.io/inject=true matches"],
  [
    "{sidecar.istio.io/inject: 'false'}",
    "{istio-injection: enabled}",
    false,
    "Pod has sidecar.istio.io/inject=false label, preventing injection",
  ],
  [
    "{}",
    "{istio-injection: disabled}",
    false,
    "Namespace has istio-injection=disabled label, preventing injection",
  ],
  [
    "{sidecar.istio.io/inject: 'no'}",
    "{}",
    false,
    "No matching namespace labels (istio.io/rev=default, istio-injection=enabled) or pod labels (sidecar.istio.io/inject=true)",
  ],
])("a pod with %s in a namespace with %s", (pod, namespace, ...[injected, reason]) => {
  expect(verdict(webhooks, labels(pod), labels(namespace))).toEqual({ injected, reason });
});

it("a webhook that is switched off says so", () => {
  expect(verdict(never, {}, {})).toEqual({
    injected: false,
    reason: "The injection webhook is deactivated, and will never match labels.",
  });
});
