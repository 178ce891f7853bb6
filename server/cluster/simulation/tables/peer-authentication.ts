import { simulate } from "../table.ts";

const policy = (namespace: string, spec: string, name = "default") => `
apiVersion: security.istio.io/v1beta1
kind: PeerAuthentication
metadata: {name: ${name}, namespace: ${namespace}}
spec: ${spec}
---`;
const STRICT = "{mtls: {mode: STRICT}}";
const PERMISSIVE = "{mtls: {mode: PERMISSIVE}}";

const plain = { from: "stranger-v1", to: "http://ratings.shop/" } as const;
const meshed = { to: "http://ratings/" } as const;
const taken = { status: 200, sent: { "x-forwarded-client-cert": null } } as const;
const reset = { failure: "ECONNRESET" } as const;
const mutual = { status: 200, seenHeaders: ["x-forwarded-client-cert"] } as const;

simulate("PeerAuthentication", [
  {
    name: "by default both plain text and mutual TLS are taken",
    config: "",
    calls: [
      { ...plain, expect: taken },
      { ...meshed, expect: mutual },
    ],
  },
  {
    name: "STRICT for the mesh: plain text is reset",
    config: policy("istio-system", STRICT),
    calls: [
      { ...plain, expect: reset },
      { ...meshed, expect: mutual },
      { to: "http://legacy.outside/", expect: { status: 200 } },
    ],
  },
  {
    name: "the namespace's word counts before the mesh's",
    config: policy("istio-system", STRICT) + policy("shop", PERMISSIVE),
    calls: [
      { ...plain, expect: taken },
      { from: "stranger-v1", to: "http://partner.partner/", expect: reset },
    ],
  },
  {
    name: "the workload's before the namespace's",
    config:
      policy("shop", STRICT) +
      policy("shop", "{selector: {matchLabels: {app: ratings}}, mtls: {mode: PERMISSIVE}}", "ratings"),
    calls: [
      { ...plain, expect: taken },
      { from: "stranger-v1", to: "http://catalog.shop/", expect: reset },
    ],
  },
  {
    name: "one port of a workload",
    config:
      policy("shop", STRICT) +
      policy(
        "shop",
        "{selector: {matchLabels: {app: ratings}}, portLevelMtls: {8080: {mode: DISABLE}}}",
        "ratings",
      ),
    calls: [
      { ...plain, expect: taken },
      { ...meshed, expect: taken },
    ],
  },
  {
    name: "DISABLE: sidecars speak plain text too",
    config: policy("shop", "{mtls: {mode: DISABLE}}"),
    calls: [
      { ...plain, expect: taken },
      { ...meshed, expect: taken },
    ],
  },
  {
    name: "UNSET is what the parent says",
    config: policy("istio-system", STRICT) + policy("shop", "{mtls: {mode: UNSET}}"),
    calls: [{ ...plain, expect: reset }],
  },
  {
    name: "two in one scope: the oldest counts",
    config: policy("shop", STRICT) + policy("shop", PERMISSIVE, "later"),
    calls: [{ ...plain, expect: reset }],
  },
  {
    name: "a selector in the root namespace is not about other namespaces",
    config: policy("istio-system", "{selector: {matchLabels: {app: ratings}}, mtls: {mode: STRICT}}"),
    calls: [{ ...plain, expect: taken }],
  },
  {
    name: "TCP ports are strict likewise",
    config: policy("shop", STRICT),
    calls: [
      { to: "tcp://echo:9000", expect: { body: "echo-v1 hello" } },
      { from: "stranger-v1", to: "tcp://echo.shop:9000", expect: { failed: true } },
    ],
  },
  {
    name: "ports need a selector",
    config: policy("shop", "{portLevelMtls: {8080: {mode: STRICT}}}"),
    refused: "configuration is invalid: mesh/namespace peer authentication cannot have port level mTLS",
  },
]);
