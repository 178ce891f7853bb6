import { load } from "js-yaml";
import { describe, expect, it } from "vitest";
import { config, service } from "./objects.ts";
import { destinationRuleLines, noSubsets, subsetsOf, virtualServiceLines } from "./rules.ts";

const object = (spec: string) =>
  config.parse({ metadata: { name: "r", namespace: "shop" }, spec: load(spec) });
const web = service.parse({ metadata: { name: "web", namespace: "shop" }, spec: {} });

describe("a DestinationRule", () => {
  const spec = `
host: web
subsets: [{name: v1, labels: {version: v1}}, {name: v2, labels: {version: v2}}]
trafficPolicy:
  tls: {mode: ISTIO_MUTUAL}
  loadBalancer: {simple: RANDOM}
  outlierDetection: {}
  portLevelSettings: [{port: {number: 80}, tls: {}, connectionPool: {}}]`;
  const rule = object(spec);
  const shown = (pod: Record<string, string>, modern: boolean) =>
    destinationRuleLines(rule, { ...subsetsOf(rule, [pod]), name: "r", modern });

  it("as 1.21 shows it", () => {
    expect(shown({ version: "v1" }, false)).toEqual([
      'DestinationRule: r for "web"',
      "   Matching subsets: v1",
      "      (Non-matching subsets v2)",
      "   Traffic Policy TLS Mode: ISTIO_MUTUAL",
      "   load balancer/outlier detection/port level settings",
    ]);
  });

  it("as 1.29 shows it, for a pod in no subset", () => {
    expect(shown({}, true)).toEqual([
      'DestinationRule: r for "web"',
      "   WARNING POD DOES NOT MATCH ANY SUBSETS.  (Non matching subsets v1,v2)",
      "   Matching subsets: ",
      "      (Non-matching subsets v1,v2)",
      "   Traffic Policy TLS Mode: ISTIO_MUTUAL",
      "   Policies: load balancer/outlier detection",
      "   Port Level Settings:",
      "    80:",
      "      TLS Mode: DISABLE",
      "      Policies: connection pool",
    ]);
  });

  it("without subsets and policy", () => {
    const plain = object("host: web");
    expect(destinationRuleLines(plain, { ...noSubsets, name: "r", modern: false })).toEqual([
      'DestinationRule: r for "web"',
      "   No Traffic Policy",
    ]);
  });
});

describe("a VirtualService", () => {
  const shown = (spec: string, destinationRule?: string) =>
    virtualServiceLines(object(spec), {
      name: "r",
      service: web,
      subsets: destinationRule ? { matching: ["v1"], others: ["v2"] } : noSubsets,
      destinationRule,
    });

  it.each([
    ["{http: [{route: [{destination: {host: web}}]}]}", undefined, ["   1 HTTP route(s)"]],
    ["{tcp: [{route: [{destination: {host: web}}]}]}", undefined, ["   1 TCP route(s)"]],
    [
      "{http: [{match: [{uri: {prefix: /a}, ignoreUriCase: true}, {headers: {x: {exact: y}}}], fault: {abort: {httpStatus: 503}}, route: [{destination: {host: web}}]}, {route: [{destination: {host: other}, weight: 100}]}]}",
      undefined,
      [
        "   Fault injection abort:{http_status:503}, Match: /a* uncased, Match:  when headers are x=y",
        "   1 additional destination(s) that will not reach this pod",
      ],
    ],
    [
      "{http: [{route: [{destination: {host: web.shop.svc.cluster.local, subset: v1}, weight: 80}, {destination: {host: web, subset: v2}, weight: 20}]}]}",
      "dr",
      ['   Route to host "web.shop.svc.cluster.local" subset "v1" with weight 80%'],
    ],
    [
      "{http: [{match: [{uri: {exact: /b}}], route: [{destination: {host: web, subset: v2}}]}]}",
      "dr",
      [
        "   WARNING: No destinations match pod subsets (checked 1 HTTP routes)",
        "      Route to non-matching subset v2 for (Match: /b)",
      ],
    ],
    [
      "{http: [{route: [{destination: {host: web, subset: v9}}]}]}",
      "dr",
      [
        "   WARNING: No destinations match pod subsets (checked 1 HTTP routes)",
        "      Warning: Route to UNKNOWN subset v9; check DestinationRule dr",
      ],
    ],
    [
      "{http: [{route: [{destination: {host: web, subset: v1}}]}]}",
      undefined,
      [
        "   WARNING: No destinations match pod subsets (checked 1 HTTP routes)",
        "      Warning: Route to subset v1 but NO DESTINATION RULE defining subsets!",
      ],
    ],
  ])("%s beside the rule %s", (spec, destinationRule, lines) => {
    expect(shown(spec, destinationRule)).toEqual(["VirtualService: r", ...lines]);
  });
});
