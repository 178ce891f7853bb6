import { describe, expect, it } from "vitest";
import type { FilterChain, Listener } from "../../../xds/index.ts";
import { app, INGRESS, ingress, pushOf, sidecarOf, worldOf } from "../testing/world.ts";
import { generateListeners } from "./lds.ts";

const ISTIO_ALPN = "istio,istio-peer-exchange,istio-http/1.0,istio-http/1.1,istio-h2";

/** A chain as proxy-config would show it: what it matches, whether it ends TLS, where it leads. */
function describeChain({ name, filterChainMatch = {}, transportSocket, filters }: FilterChain): string {
  const { destinationPort, transportProtocol, applicationProtocols, serverNames } = filterChainMatch;
  const last = filters.at(-1)?.typedConfig;
  const target =
    last && "routeConfig" in last
      ? `http ${last.routeConfig?.name}`
      : last && "rds" in last
        ? `rds ${last.rds?.routeConfigName}`
        : last && "cluster" in last
          ? `tcp ${last.cluster}`
          : "?";
  return [
    name ?? "-",
    destinationPort ?? "*",
    transportProtocol ?? "any",
    (applicationProtocols ?? serverNames ?? []).join(",") || "any",
    transportSocket ? "mtls" : "plain",
    target,
  ].join(" | ");
}

const policy = (spec: string, namespace = "shop", { name = "default", at = "2026-01-01T00:00:00Z" } = {}) => `
apiVersion: security.istio.io/v1beta1
kind: PeerAuthentication
metadata: {name: ${name}, namespace: ${namespace}, creationTimestamp: "${at}"}
spec: ${spec}
`;

const web = app("web", { ip: "10.42.0.10", targetPort: 8081 });

function inbound(world: readonly string[], port = 8081): string[] {
  const listeners = generateListeners(sidecarOf("web", "10.42.0.10"), pushOf(worldOf(...world)));
  const listener = listeners.find(({ name }) => name === "virtualInbound");
  return (listener?.filterChains ?? [])
    .filter(({ filterChainMatch }) => filterChainMatch?.destinationPort === port)
    .map(describeChain);
}

const MUTUAL_OR_PLAIN = [
  `0.0.0.0_8081 | 8081 | tls | ${ISTIO_ALPN} | mtls | http inbound|8081||`,
  "0.0.0.0_8081 | 8081 | raw_buffer | any | plain | http inbound|8081||",
];
const MUTUAL_ONLY = ["0.0.0.0_8081 | 8081 | tls | any | mtls | http inbound|8081||"];
const PLAIN_ONLY = ["0.0.0.0_8081 | 8081 | raw_buffer | any | plain | http inbound|8081||"];
const STRICT = "{mtls: {mode: STRICT}}";
const forWeb = (rest: string) => `{selector: {matchLabels: {app: web}}, ${rest}}`;

describe("inbound listener", () => {
  it.each([
    ["no policy", [], MUTUAL_OR_PLAIN],
    ["a STRICT mesh", [policy(STRICT, "istio-system")], MUTUAL_ONLY],
    ["a STRICT namespace", [policy(STRICT)], MUTUAL_ONLY],
    ["another namespace's policy", [policy(STRICT, "other")], MUTUAL_OR_PLAIN],
    [
      "a namespace that lifts the mesh's",
      [policy(STRICT, "istio-system"), policy("{mtls: {mode: PERMISSIVE}}")],
      MUTUAL_OR_PLAIN,
    ],
    [
      "a workload that lifts the namespace's",
      [policy(STRICT), policy(forWeb("mtls: {mode: DISABLE}"), "shop", { name: "web" })],
      PLAIN_ONLY,
    ],
    ["an UNSET namespace", [policy(STRICT, "istio-system"), policy("{mtls: {mode: UNSET}}")], MUTUAL_ONLY],
    [
      "a port of the application",
      [policy(STRICT), policy(forWeb("portLevelMtls: {8081: {mode: DISABLE}}"), "shop", { name: "web" })],
      PLAIN_ONLY,
    ],
    [
      "a service port, which is not meant",
      [policy(STRICT), policy(forWeb("portLevelMtls: {8080: {mode: DISABLE}}"), "shop", { name: "web" })],
      MUTUAL_ONLY,
    ],
    [
      "a selector in the root namespace",
      [policy(forWeb("mtls: {mode: STRICT}"), "istio-system", { name: "web" })],
      MUTUAL_OR_PLAIN,
    ],
    [
      "two of one scope, of which the oldest counts",
      [
        policy("{mtls: {mode: DISABLE}}", "shop", { name: "late", at: "2026-02-01T00:00:00Z" }),
        policy(STRICT),
      ],
      MUTUAL_ONLY,
    ],
  ])("under %s", (_, policies, expected) => {
    expect(inbound([web, ...policies])).toEqual(expected);
  });

  it("passes undeclared ports through, under STRICT only inside mutual TLS", () => {
    const passthrough = (...policies: string[]) => {
      const push = pushOf(worldOf(web, ...policies));
      const listener = generateListeners(sidecarOf("web", "10.42.0.10"), push).at(-1);
      return (listener?.filterChains ?? [])
        .filter(({ filterChainMatch }) => filterChainMatch?.destinationPort === undefined)
        .map(describeChain);
    };
    const HTTP = "virtualInbound-catchall-http";
    const CLUSTER = "InboundPassthroughClusterIpv4";
    expect(passthrough()).toEqual([
      `${HTTP} | * | tls | istio-http/1.0,istio-http/1.1,istio-h2 | mtls | http ${CLUSTER}`,
      `${HTTP} | * | raw_buffer | http/1.1,h2c | plain | http ${CLUSTER}`,
      `virtualInbound | * | tls | istio-peer-exchange,istio | mtls | tcp ${CLUSTER}`,
      `virtualInbound | * | raw_buffer | any | plain | tcp ${CLUSTER}`,
      `virtualInbound | * | tls | any | plain | tcp ${CLUSTER}`,
    ]);
    expect(passthrough(policy(STRICT))).toEqual([
      `${HTTP} | * | tls | istio-http/1.0,istio-http/1.1,istio-h2 | mtls | http ${CLUSTER}`,
      `virtualInbound | * | tls | any | mtls | tcp ${CLUSTER}`,
    ]);
  });

  it("leaves no raw_buffer chain under STRICT", () => {
    const text = (...policies: string[]) =>
      JSON.stringify(
        generateListeners(sidecarOf("web", "10.42.0.10"), pushOf(worldOf(web, ...policies))).at(-1),
      );
    expect(text()).toContain("raw_buffer");
    expect(text(policy(STRICT))).not.toContain("raw_buffer");
  });

  it("treats a TCP port by its own table", () => {
    const db = app("web", { ip: "10.42.0.10", port: 5432, portName: "tcp-db" });
    expect(inbound([db], 5432)).toEqual([
      "0.0.0.0_5432 | 5432 | tls | istio-peer-exchange,istio | mtls | tcp inbound|5432||",
      "0.0.0.0_5432 | 5432 | tls | any | plain | tcp inbound|5432||",
      "0.0.0.0_5432 | 5432 | raw_buffer | any | plain | tcp inbound|5432||",
    ]);
  });
});

const shown = (listener: Listener | undefined) => ({
  chains: (listener?.filterChains ?? []).map(describeChain),
  otherwise: listener?.defaultFilterChain ? describeChain(listener.defaultFilterChain) : undefined,
});

describe("outbound listeners", () => {
  const outbound = (...world: string[]) =>
    new Map(
      generateListeners(sidecarOf("web", "10.42.0.10"), pushOf(worldOf(web, ...world))).map((listener) => [
        listener.name,
        listener,
      ]),
    );

  it("shares one listener among all HTTP services of a port", () => {
    const listeners = outbound(app("history", { ip: "10.42.0.20" }));
    expect([...listeners.keys()]).toEqual(["0.0.0.0_8080", "virtualOutbound", "virtualInbound"]);
    expect(shown(listeners.get("0.0.0.0_8080"))).toEqual({
      chains: ["- | * | raw_buffer | http/1.1,h2c | plain | rds 8080"],
      otherwise: "PassthroughFilterChain | * | any | any | plain | tcp PassthroughCluster",
    });
    expect(listeners.get("0.0.0.0_8080")?.bindToPort).toBe(false);
  });

  it("tells TCP services apart by their address", () => {
    const db = app("db", { ip: "10.42.0.30", port: 5432, portName: "tcp" });
    expect(shown(outbound(db).get("10.96.0.30_5432"))).toEqual({
      chains: ["- | * | any | any | plain | tcp outbound|5432||db.shop.svc.cluster.local"],
      otherwise: undefined,
    });
  });

  it("looks into a port that nobody declared", () => {
    const odd = app("odd", { ip: "10.42.0.40", port: 7000, portName: "odd" });
    expect(shown(outbound(odd).get("10.96.0.40_7000"))).toEqual({
      chains: ["- | * | raw_buffer | http/1.1,h2c | plain | rds odd.shop.svc.cluster.local:7000"],
      otherwise: "- | * | any | any | plain | tcp outbound|7000||odd.shop.svc.cluster.local",
    });
  });

  it("sends TLS to an outside host by its name", () => {
    const entry = `
apiVersion: networking.istio.io/v1beta1
kind: ServiceEntry
metadata: {name: api, namespace: shop}
spec: {hosts: [api.example.com], ports: [{number: 443, name: https, protocol: TLS}], resolution: DNS}
`;
    expect(shown(outbound(entry).get("0.0.0.0_443"))).toEqual({
      chains: ["- | * | any | api.example.com | plain | tcp outbound|443||api.example.com"],
      otherwise: "PassthroughFilterChain | * | any | any | plain | tcp PassthroughCluster",
    });
  });
});

describe("gateway listeners", () => {
  const gateway = (servers: string) => `
apiVersion: networking.istio.io/v1beta1
kind: Gateway
metadata: {name: edge, namespace: shop}
spec: {selector: {istio: ingressgateway}, servers: [${servers}]}
`;
  const listeners = (...world: string[]) =>
    generateListeners(ingress, pushOf(worldOf(INGRESS, ...world))).map((listener) => [
      listener.name,
      shown(listener).chains,
    ]);

  it("opens nothing without a Gateway", () => {
    expect(listeners()).toEqual([]);
  });

  it("opens the target ports of its servers, TLS by name", () => {
    const http = "{port: {number: 80, name: http, protocol: HTTP}, hosts: [shop.example]}";
    const https =
      "{port: {number: 443, name: https, protocol: HTTPS}, hosts: [shop.example], tls: {mode: SIMPLE, credentialName: c}}";
    expect(listeners(gateway(`${http}, ${https}`))).toEqual([
      ["0.0.0.0_8080", ["- | * | any | any | plain | rds http.8080"]],
      ["0.0.0.0_8443", ["- | * | any | shop.example | mtls | rds https.443.https.edge.shop"]],
    ]);
  });

  it("is not for a Gateway that selects other pods", () => {
    const other = gateway("{port: {number: 80, name: http, protocol: HTTP}, hosts: ['*']}").replace(
      "ingressgateway}",
      "egressgateway}",
    );
    expect(listeners(other)).toEqual([]);
  });
});
