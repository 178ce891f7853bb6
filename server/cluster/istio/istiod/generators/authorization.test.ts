import { describe, expect, it } from "vitest";
import type { HttpRbac } from "../../../xds/index.ts";
import { app, pushOf, sidecarOf, worldOf } from "../testing/world.ts";
import { httpAuthorization, tcpAuthorization } from "./authorization.ts";

const web = app("web", { ip: "10.42.0.10" });
const proxy = sidecarOf("web", "10.42.0.10");

const policy = (spec: string, namespace = "shop") => `
apiVersion: security.istio.io/v1beta1
kind: AuthorizationPolicy
metadata: {name: p, namespace: ${namespace}}
spec: ${spec}
`;

const http = (...policies: string[]) =>
  httpAuthorization(proxy, pushOf(worldOf(web, ...policies))).map(
    ({ typedConfig }) => (typedConfig as HttpRbac).rules,
  );
const tcp = (...policies: string[]) => tcpAuthorization(proxy, pushOf(worldOf(web, ...policies)));

describe("authorization", () => {
  it("does nothing without a policy", () => {
    expect(http()).toEqual([]);
  });

  it("refuses everything under a policy without rules", () => {
    expect(http(policy("{}"))).toEqual([{ action: "ALLOW", policies: {} }]);
  });

  it("ignores a DENY without rules and policies of other workloads", () => {
    expect(http(policy("{action: DENY}"), policy("{}", "other"))).toEqual([]);
    expect(http(policy("{selector: {matchLabels: {app: other}}}"))).toEqual([]);
  });

  it("asks DENY before ALLOW, and the root namespace counts everywhere", () => {
    const rules = http(policy("{rules: [{}]}"), policy("{action: DENY, rules: [{}]}", "istio-system"));
    expect(rules.map((rule) => rule?.action)).toEqual(["DENY", "ALLOW"]);
  });

  it("names identities as certificates carry them", () => {
    const spec =
      "{rules: [{from: [{source: {principals: [cluster.local/ns/shop/sa/sleep]}}], to: [{operation: {methods: [GET], paths: [/a*]}}]}]}";
    expect(http(policy(spec))).toEqual([
      {
        action: "ALLOW",
        policies: {
          "ns[shop]-policy[p]-rule[0]": {
            permissions: [
              {
                andRules: {
                  rules: [
                    { orRules: { rules: [{ header: { name: ":method", stringMatch: { exact: "GET" } } }] } },
                    { orRules: { rules: [{ urlPath: { path: { prefix: "/a" } } }] } },
                  ],
                },
              },
            ],
            principals: [
              {
                andIds: {
                  ids: [
                    {
                      orIds: {
                        ids: [
                          {
                            authenticated: {
                              principalName: { exact: "spiffe://cluster.local/ns/shop/sa/sleep" },
                            },
                          },
                        ],
                      },
                    },
                  ],
                },
              },
            ],
          },
        },
      },
    ]);
  });

  it("on plain TCP: an ALLOW that needs HTTP matches nothing, a DENY matches without it", () => {
    const needsHttp = "rules: [{to: [{operation: {methods: [GET]}}]}]";
    expect(tcp(policy(`{${needsHttp}}`)).map(({ typedConfig }) => typedConfig)).toMatchObject([
      { rules: { action: "ALLOW", policies: {} } },
    ]);
    expect(tcp(policy(`{action: DENY, ${needsHttp}}`)).map(({ typedConfig }) => typedConfig)).toMatchObject([
      {
        rules: {
          action: "DENY",
          policies: {
            "ns[shop]-policy[p]-rule[0]": { permissions: [{ any: true }], principals: [{ any: true }] },
          },
        },
      },
    ]);
  });
});
