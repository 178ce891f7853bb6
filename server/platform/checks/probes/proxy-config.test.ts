import { describe, expect, it } from "vitest";
import { evaluateCondition } from "../evaluate.ts";
import { condition, contextOf, deployment, pod } from "../testing/fixtures.ts";

const now = () => 7;
const webApi = [deployment("web-api", "shop"), pod("web-api", "shop", { sidecar: true })];
const noPlaintext = condition({
  proxyConfig: {
    deploy: "web-api",
    ns: "shop",
    section: "listeners",
    name: "virtualInbound",
    absent: { destination_port: 8081, transport_protocol: "raw_buffer" },
  },
});

const chain = (destination_port: number, transport_protocol: string) => ({
  filter_chain_match: { destination_port, transport_protocol },
});

/** locked: the shape of Envoy 1.29's /config_dump, cut to what matters. */
function dump(active: object[], draining: object[] = []) {
  const listener = (name: string, filter_chains: object[]) => ({ listener: { name, filter_chains } });
  return JSON.stringify({
    configs: [
      { "@type": "type.googleapis.com/envoy.admin.v3.ClustersConfigDump", dynamic_active_clusters: [] },
      {
        "@type": "type.googleapis.com/envoy.admin.v3.ListenersConfigDump",
        dynamic_listeners: [
          {
            name: "virtualInbound",
            active_state: listener("virtualInbound", active),
            ...(draining.length > 0 ? { draining_state: listener("virtualInbound", draining) } : {}),
          },
          { name: "0.0.0.0_8080", active_state: listener("0.0.0.0_8080", [chain(8081, "raw_buffer")]) },
        ],
      },
    ],
  });
}

const evaluate = (stdout: string, objects = webApi) =>
  evaluateCondition(noPlaintext, {
    context: contextOf({ objects, exec: async () => ({ exitCode: 0, stdout, stderr: "" }) }),
    now,
  });

describe("proxyConfig conditions", () => {
  it("see the door for plaintext under PERMISSIVE and its absence under STRICT", async () => {
    expect(await evaluate(dump([chain(8081, "tls"), chain(8081, "raw_buffer")]))).toMatchObject({
      status: "failed",
      expected: "virtualInbound of web-api has no destination_port: 8081, transport_protocol: raw_buffer",
      actual: "destination_port: 8081, transport_protocol: raw_buffer is there, 1 time",
      evidence: { command: "istioctl proxy-config all deploy/web-api -n shop -o json" },
    });
    expect((await evaluate(dump([chain(8081, "tls"), chain(9090, "raw_buffer")]))).status).toBe("passed");
  });

  it("look past a listener that drains", async () => {
    expect((await evaluate(dump([chain(8081, "tls")], [chain(8081, "raw_buffer")]))).status).toBe("passed");
  });

  it("do not pass where there is nothing to look at", async () => {
    expect(await evaluate(JSON.stringify({ configs: [] }))).toMatchObject({
      status: "failed",
      actual: "no virtualInbound among its listeners",
    });
    const bare = [deployment("web-api", "shop"), pod("web-api", "shop")];
    expect(await evaluate("", bare)).toMatchObject({ status: "failed", actual: "web-api-1 has no sidecar" });
  });
});
