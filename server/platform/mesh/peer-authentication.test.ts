import { describe, expect, it } from "vitest";
import { effectiveMode } from "./peer-authentication.ts";
import type { MtlsMode, PeerAuthentication } from "./snapshot-types.ts";

const webApi = { namespace: "shop", labels: { app: "web-api" } };

function policy(where: string, mode: MtlsMode, more: Partial<PeerAuthentication> = {}): PeerAuthentication {
  const [namespace = "", name = ""] = where.split("/");
  return {
    namespace,
    name,
    mode,
    selector: undefined,
    ports: new Map(),
    created: "2026-01-01T00:00:00Z",
    ...more,
  };
}

const mesh = policy("istio-system/default", "STRICT");
const namespace = policy("shop/default", "PERMISSIVE");
const workload = policy("shop/web-api", "DISABLE", { selector: { app: "web-api" } });
const port = policy("shop/web-api", "DISABLE", {
  selector: { app: "web-api" },
  ports: new Map([[8081, "STRICT"]]),
});

describe("which PeerAuthentication decides", () => {
  it.each([
    { name: "none", policies: [], expected: { mode: "PERMISSIVE", scope: "default" } },
    {
      name: "mesh",
      policies: [mesh],
      expected: { mode: "STRICT", scope: "mesh", decidedBy: "istio-system/default" },
    },
    {
      name: "namespace over mesh",
      policies: [mesh, namespace],
      expected: { mode: "PERMISSIVE", scope: "namespace", decidedBy: "shop/default" },
    },
    {
      name: "workload over namespace",
      policies: [mesh, namespace, workload],
      expected: { mode: "DISABLE", scope: "workload", decidedBy: "shop/web-api" },
    },
    {
      name: "port over workload",
      policies: [mesh, port],
      expected: { mode: "STRICT", scope: "workload-port", decidedBy: "shop/web-api" },
    },
    {
      name: "UNSET asks the wider scope",
      policies: [
        mesh,
        policy("shop/default", "UNSET"),
        policy("shop/web-api", "UNSET", { selector: { app: "web-api" } }),
      ],
      expected: { mode: "STRICT", scope: "mesh", decidedBy: "istio-system/default" },
    },
    {
      name: "a selector in the root namespace is not mesh-wide",
      policies: [policy("istio-system/default", "STRICT", { selector: { app: "web-api" } })],
      expected: { mode: "PERMISSIVE", scope: "default" },
    },
    {
      name: "another namespace's policy is nobody's business",
      policies: [policy("default/default", "STRICT")],
      expected: { mode: "PERMISSIVE", scope: "default" },
    },
    {
      name: "the oldest in one scope",
      policies: [policy("istio-system/newer", "DISABLE", { created: "2026-02-01T00:00:00Z" }), mesh],
      expected: { mode: "STRICT", scope: "mesh", decidedBy: "istio-system/default" },
    },
  ])("$name", ({ policies, expected }) => {
    expect(effectiveMode(webApi, policies, 8081)).toEqual(expected);
  });
});
