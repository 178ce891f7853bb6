import { describe, expect, it } from "vitest";
import { reviewValidation } from "./webhook.ts";

const networking = (kind: string, spec: object) => ({
  apiVersion: "networking.istio.io/v1beta1",
  kind,
  metadata: { name: "x", namespace: "shop" },
  spec,
});
const security = (kind: string, spec: object) => ({
  ...networking(kind, spec),
  apiVersion: "security.istio.io/v1beta1",
});
const port = { number: 80, name: "http", protocol: "HTTP" };
const to = (host: string, weight?: number) => ({
  destination: { host },
  ...(weight === undefined ? {} : { weight }),
});
const routes = (http: object) => networking("VirtualService", { hosts: ["shop"], http: [http] });

const refused: readonly (readonly [string, object])[] = [
  ["gateway must have at least one server", networking("Gateway", { servers: [] })],
  ["server config must contain at least one host", networking("Gateway", { servers: [{ port, hosts: [] }] })],
  [
    "server must have TLS settings for HTTPS/TLS protocols",
    networking("Gateway", { servers: [{ port: { ...port, protocol: "HTTPS" }, hosts: ["*"] }] }),
  ],
  [
    "server cannot have TLS settings for non HTTPS/TLS ports",
    networking("Gateway", {
      servers: [{ port: { ...port, protocol: "TCP" }, hosts: ["*"], tls: { mode: "PASSTHROUGH" } }],
    }),
  ],
  [
    "port names in servers must be unique: duplicate name http",
    networking("Gateway", {
      servers: [
        { port, hosts: ["a.io"] },
        { port, hosts: ["b.io"] },
      ],
    }),
  ],
  ["http, tcp or tls must be provided in virtual service", networking("VirtualService", { hosts: ["shop"] })],
  [
    "delegate virtual service must have no gateways specified",
    networking("VirtualService", { gateways: ["gw"], http: [{ route: [to("shop")] }] }),
  ],
  [
    "duplicate hosts in virtual service: shop & shop",
    networking("VirtualService", { hosts: ["shop", "shop"], http: [{ route: [to("shop")] }] }),
  ],
  [
    "wildcard host * is not allowed for virtual services bound to the mesh gateway",
    networking("VirtualService", { hosts: ["*"], http: [{ route: [to("shop")] }] }),
  ],
  ["weight -1 < 0", routes({ route: [to("shop", -1), to("other", 2)] })],
  ["total destination weight = 0", routes({ route: [to("shop", 0), to("other", 0)] })],
  [
    '"GRAB" is not a supported HTTP method',
    routes({ corsPolicy: { allowMethods: ["GRAB"] }, route: [to("shop")] }),
  ],
  ["HTTP fault injection must have an abort and/or a delay", routes({ fault: {}, route: [to("shop")] })],
  [
    '"sometimes" is not a valid retryOn policy',
    routes({ retries: { attempts: 1, retryOn: "5xx,sometimes" }, route: [to("shop")] }),
  ],
  ["subset name cannot be empty", networking("DestinationRule", { host: "shop", subsets: [{ name: "" }] })],
  [
    "port traffic policy must have at least one field",
    networking("DestinationRule", {
      host: "shop",
      trafficPolicy: { portLevelSettings: [{ port: { number: 80 } }] },
    }),
  ],
  ["service entry must have at least one host", networking("ServiceEntry", { hosts: [] })],
  [
    "hosts must be FQDN if no endpoints are provided for resolution mode DNS",
    networking("ServiceEntry", { hosts: ["*.example.com"], resolution: "DNS" }),
  ],
  [
    `"uri": error parsing regexp: missing closing ): \`((\`; Istio uses RE2 style regex-based match (https://github.com/google/re2/wiki/Syntax)`,
    routes({ match: [{ uri: { regex: "((" } }], route: [to("shop")] }),
  ],
  [
    "percentage 150 is neither 0.0, nor in range [0.0001, 100.0]",
    routes({ fault: { abort: { httpStatus: 500, percentage: { value: 150 } } }, route: [to("shop")] }),
  ],
  [
    "rewrite must specify at least one of URI, UriRegexRewrite, or authority. Only one of URI or UriRegexRewrite may be specified",
    routes({ rewrite: {}, route: [to("shop")] }),
  ],
  ...(
    [
      ["traffic policy must have at least one field", {}],
      ["duration must be greater than 1ms", { outlierDetection: { interval: "0s" } }],
      ["percentage 120 is not in range 0..100", { outlierDetection: { maxEjectionPercent: 120 } }],
      ["max connections must be non-negative", { connectionPool: { tcp: { maxConnections: -1 } } }],
      ["connection pool must have at least one field", { connectionPool: {} }],
      [
        "use client protocol must not be true when H2UpgradePolicy is UPGRADE",
        { connectionPool: { http: { h2UpgradePolicy: "UPGRADE", useClientProtocol: true } } },
      ],
      [
        "only durations to ms precision are supported",
        { connectionPool: { tcp: { connectTimeout: "1.5005s" } } },
      ],
      [
        "can not simultaneously specify 'distribute' and 'failover'",
        { loadBalancer: { localityLbSetting: { distribute: [{}], failover: [{}] } } },
      ],
      [
        "total locality weight 90 != 100",
        { loadBalancer: { localityLbSetting: { distribute: [{ from: "a/b", to: { "a/b": 90 } }] } } },
      ],
      [
        "locality a/b overlap with previous specified ones",
        {
          loadBalancer: { localityLbSetting: { distribute: [{ from: "a", to: { "a/*": 50, "a/b": 50 } }] } },
        },
      ],
      [
        "cannot specify client certificates or CA certificate If credentialName is set",
        { tls: { mode: "SIMPLE", credentialName: "c", caCertificates: "/ca" } },
      ],
    ] as const
  ).map(
    ([reason, trafficPolicy]) =>
      [reason, networking("DestinationRule", { host: "shop", trafficPolicy })] as const,
  ),
  [
    'endpoint address "foo.bar" is not a valid IP address',
    networking("ServiceEntry", {
      hosts: ["x.example.com"],
      ports: [{ number: 443, name: "https", protocol: "HTTPS" }],
      resolution: "STATIC",
      endpoints: [{ address: "foo.bar" }],
    }),
  ],
  [
    "unsupported protocol: TLSX",
    networking("ServiceEntry", {
      hosts: ["x.example.com"],
      ports: [{ number: 443, name: "https", protocol: "TLSX" }],
    }),
  ],
  [
    "10.0.0.0/99 is not a valid CIDR block",
    networking("ServiceEntry", { hosts: ["x.example.com"], addresses: ["10.0.0.0/99"] }),
  ],
  ["host must be of form namespace/dnsName", networking("Sidecar", { egress: [{ hosts: ["foo"] }] })],
  ["short names (non FQDN) are not allowed", networking("Sidecar", { egress: [{ hosts: ["./foo"] }] })],
  [
    "sidecar: empty configuration provided",
    networking("Sidecar", { workloadSelector: { labels: { a: "b" } } }),
  ],
  [
    "sidecar: egress listener must contain at least one host",
    networking("Sidecar", { egress: [{ hosts: [] }] }),
  ],
  [
    "mesh/namespace peer authentication cannot have port level mTLS",
    security("PeerAuthentication", { portLevelMtls: { "8081": { mode: "DISABLE" } } }),
  ],
];

describe("validation webhook", () => {
  it.each(refused)("refuses: %s", (reason, object) => {
    expect(reviewValidation({ uid: "u", object })).toEqual({
      uid: "u",
      allowed: false,
      status: { message: `configuration is invalid: ${reason}` },
    });
  });

  it("lists several reasons as upstream does", () => {
    const object = networking("Gateway", { servers: [{ port: { ...port, protocol: "HTTPS" }, hosts: [] }] });
    expect(reviewValidation({ uid: "u", object }).status?.message).toBe(
      "configuration is invalid: 2 errors occurred:\n\t* server config must contain at least one host\n\t* server must have TLS settings for HTTPS/TLS protocols\n\n",
    );
  });

  it.each([
    ["a weighted route", routes({ route: [to("shop", 80), to("other", 20)] })],
    [
      "a fault with a match",
      routes({ fault: { delay: { fixedDelay: "90s", percentage: { value: 100 } } }, route: [to("shop")] }),
    ],
    ["a delegate", networking("VirtualService", { http: [{ route: [to("shop")] }] })],
    [
      "an HTTPS server with a secret",
      networking("Gateway", {
        servers: [
          {
            port: { number: 443, name: "https", protocol: "HTTPS" },
            hosts: ["a.io"],
            tls: { mode: "SIMPLE", credentialName: "c" },
          },
        ],
      }),
    ],
    ["STRICT", security("PeerAuthentication", { mtls: { mode: "STRICT" } })],
    ["an AuthorizationPolicy that refuses all", security("AuthorizationPolicy", {})],
  ])("lets %s pass", (_, object) => {
    expect(reviewValidation({ uid: "u", object })).toEqual({ uid: "u", allowed: true });
  });

  it("warns of rules that can never be used, as upstream's webhook does", () => {
    const object = networking("VirtualService", {
      hosts: ["shop"],
      http: [{ route: [to("shop")] }, { route: [to("other")] }],
    });
    expect(reviewValidation({ uid: "u", object })).toEqual({
      uid: "u",
      allowed: true,
      warnings: ["virtualService rule #1 not used (only the last rule can have no matches)"],
    });
  });

  it("says what the practice cluster does not act on", () => {
    expect(reviewValidation({ uid: "u", object: networking("WasmPlugin", {}) })).toEqual({
      uid: "u",
      allowed: true,
      warnings: ["WasmPlugin has no effect: not supported by the practice cluster"],
    });
  });
});
