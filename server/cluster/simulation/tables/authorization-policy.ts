import { simulate } from "../table.ts";

const policy = (spec: string, name = "p", namespace = "shop") => `
apiVersion: security.istio.io/v1beta1
kind: AuthorizationPolicy
metadata: {name: ${name}, namespace: ${namespace}}
spec: ${spec}
---`;
const onRatings = (rest: string) => `{selector: {matchLabels: {app: ratings}}, ${rest}}`;
const to = "http://ratings/";
const denied = { status: 403, body: "RBAC: access denied" } as const;
const allowed = { by: "ratings-v1" } as const;
const fromPartner = { from: "partner-v1", to: "http://ratings.shop/" } as const;
const fromOutside = { from: "stranger-v1", to: "http://ratings.shop/" } as const;

simulate("AuthorizationPolicy", [
  {
    name: "an empty one allows nothing, in its namespace",
    config: policy("{}"),
    calls: [
      { to, expect: denied },
      { to: "http://partner.partner/", expect: { by: "partner-v1" } },
    ],
  },
  {
    name: "an empty rule allows everything",
    config: policy("{rules: [{}]}"),
    calls: [{ to, expect: allowed }],
  },
  {
    name: "in the root namespace it is about the whole mesh",
    config: policy("{}", "deny", "istio-system"),
    calls: [
      { to, expect: denied },
      { to: "http://partner.partner/", expect: denied },
    ],
  },
  {
    name: "by identity: accounts and namespaces; plain text has none",
    config: policy(
      onRatings(
        'rules: [{from: [{source: {principals: ["cluster.local/ns/shop/sa/shopper"]}}, {source: {namespaces: [nobody, part*]}}]}]',
      ),
    ),
    calls: [
      { to, expect: allowed },
      { ...fromPartner, expect: allowed },
      { from: "catalog-v1", to, expect: denied },
      { ...fromOutside, expect: denied },
    ],
  },
  {
    name: "DENY is asked before ALLOW",
    config:
      policy(onRatings("action: ALLOW, rules: [{}]"), "allow") +
      policy(
        onRatings('action: DENY, rules: [{to: [{operation: {paths: ["/admin*"], ports: ["8080"]}}]}]'),
        "deny",
      ),
    calls: [
      { to, expect: allowed },
      { to: "http://ratings/admin/x", expect: denied },
    ],
  },
  {
    name: "operations: methods, paths, hosts; not what is excepted",
    config: policy(
      onRatings(
        'rules: [{to: [{operation: {methods: [GET], paths: ["/a*", "*.txt"], notPaths: ["/ab"]}}, {operation: {hosts: ["ratings.*"], methods: [POST]}}]}]',
      ),
    ),
    calls: [
      { to: "http://ratings/a", expect: allowed },
      { to: "http://ratings/x.txt", expect: allowed },
      { to: "http://ratings/ab", expect: denied },
      { to: "http://ratings/a", method: "PUT", expect: denied },
      { to: "http://ratings.shop/any", method: "POST", expect: allowed },
      { to: "http://ratings/any", method: "POST", expect: denied },
    ],
  },
  {
    name: "conditions: headers, source namespace, destination port",
    config: policy(
      onRatings(
        'rules: [{when: [{key: "request.headers[x-key]", values: ["secret*"]}, {key: source.namespace, notValues: [partner]}, {key: destination.port, values: ["8080"]}]}]',
      ),
    ),
    calls: [
      { to, headers: { "x-key": "secret7" }, expect: allowed },
      { to, expect: denied },
      { ...fromPartner, headers: { "x-key": "secret7" }, expect: denied },
    ],
  },
  {
    name: "by address",
    config: policy(onRatings('rules: [{from: [{source: {ipBlocks: ["10.42.0.10/32"]}}]}]')),
    calls: [
      { to, expect: allowed },
      { ...fromPartner, expect: denied },
    ],
  },
  {
    name: "TCP: HTTP attributes in an ALLOW rule match nothing, in a DENY rule everything",
    config: policy("{selector: {matchLabels: {app: echo}}, rules: [{to: [{operation: {methods: [GET]}}]}]}"),
    calls: [{ to: "tcp://echo:9000", expect: { failed: true } }],
  },
  {
    name: "TCP: by identity",
    config: policy(
      "{selector: {matchLabels: {app: echo}}, rules: [{from: [{source: {namespaces: [shop]}}]}]}",
    ),
    calls: [
      { to: "tcp://echo:9000", expect: { body: "echo-v1 hello" } },
      { from: "partner-v1", to: "tcp://echo.shop:9000", expect: { failed: true } },
    ],
  },
  {
    name: "AUDIT changes nothing",
    config: policy(onRatings("action: AUDIT, rules: [{}]")),
    calls: [{ to, expect: allowed }],
  },
  {
    name: "CUSTOM is refused plainly",
    config: policy("{action: CUSTOM, provider: {name: x}, rules: [{}]}"),
    refused:
      "configuration is invalid: invalid policy p.shop: CUSTOM action is not supported by the practice cluster",
  },
  {
    name: "DENY without rules, an empty source",
    config: policy("{action: DENY}"),
    refused:
      "configuration is invalid: invalid policy p.shop: DENY action without `rules` is meaningless as it will never be triggered, add an empty rule `{}` if you want it be triggered for every request",
  },
  {
    name: "an empty source is refused",
    config: policy("{rules: [{from: [{source: {}}]}]}"),
    refused:
      "configuration is invalid: invalid policy p.shop: `from.source` must not be empty, found at rule 0",
  },
  {
    name: "a DENY rule of HTTP attributes alone is warned of: it shuts TCP ports",
    config: policy(onRatings("action: DENY, rules: [{to: [{operation: {methods: [PUT]}}]}]")),
    warnings: [
      "configured AuthorizationPolicy will deny all traffic to TCP ports under its scope due to the use of only HTTP attributes in a DENY rule; it is recommended to explicitly specify the port",
    ],
    calls: [
      { to, expect: allowed },
      { to, method: "PUT", expect: denied },
    ],
  },
]);
