import { describe, expect, it } from "vitest";
import { cytoscapeGraph } from "./cytoscape.ts";
import { BadOption, graphOptions } from "./graph-options.ts";
import type { Sample } from "./prometheus.ts";
import { readTelemetry, type Telemetry } from "./telemetry.ts";
import { trafficMap } from "./traffic-map.ts";

const call = (value: number, more: Record<string, string> = {}): Sample => ({
  value,
  labels: {
    source_cluster: "Kubernetes",
    source_workload_namespace: "shop",
    source_workload: "web",
    source_canonical_service: "web",
    source_canonical_revision: "v1",
    destination_cluster: "Kubernetes",
    destination_service_namespace: "shop",
    destination_service: "back.shop.svc.cluster.local",
    destination_service_name: "back",
    destination_workload_namespace: "shop",
    destination_workload: "back-v1",
    destination_canonical_service: "back",
    destination_canonical_revision: "v1",
    request_protocol: "http",
    response_code: "200",
    response_flags: "-",
    ...more,
  },
});
const v2 = { destination_workload: "back-v2", destination_canonical_revision: "v2" };
const telemetry: Telemetry = {
  http: [call(3), call(1, { ...v2, response_code: "503", response_flags: "UF,URX" })],
  tcp: [],
  security: [
    call(3, {
      connection_security_policy: "mutual_tls",
      source_principal: "spiffe://cluster.local/ns/shop/sa/web",
    }),
    call(1, { connection_security_policy: "none" }),
  ],
};

interface Element {
  readonly data: Readonly<Record<string, unknown>>;
}
interface Graph {
  readonly elements: { readonly nodes: readonly Element[]; readonly edges: readonly Element[] };
}

function graph(parameters: string, of: Telemetry = telemetry, missing: readonly string[] = []) {
  const options = graphOptions(new URLSearchParams(`namespaces=shop&duration=60s&${parameters}`), 1_000_000);
  const badges = {
    missingSidecar: ({ workload }: { workload: string }) => missing.includes(workload),
    virtualService: ({ service }: { service: string }) => (service === "back" ? ["back"] : []),
  };
  const made = cytoscapeGraph(trafficMap(of, options), options, badges);
  // The API's form is what the test looks at, and nothing else of the object.
  const { elements }: Graph = JSON.parse(JSON.stringify(made));
  const nodes = elements.nodes.map((one) => one.data);
  const nameOf = (id: unknown) => {
    const node = nodes.find((one) => one.id === id);
    return node?.service ?? node?.workload ?? node?.app ?? node?.nodeType;
  };
  const edges = elements.edges.map(({ data }) => ({
    step: `${nameOf(data.source)} > ${nameOf(data.target)}`,
    isMTLS: data.isMTLS,
    traffic: data.traffic,
  }));
  return { nodes, steps: edges.map((one) => one.step).sort(), edges };
}

describe("Kiali's graph", () => {
  it.each<[string, readonly string[]]>([
    ["graphType=workload", ["web > back-v1", "web > back-v2"]],
    ["graphType=versionedApp", ["web > back-v1", "web > back-v2"]],
    ["graphType=app", ["web > back"]],
    ["graphType=service", ["web > back"]],
    ["graphType=versionedApp&injectServiceNodes=true", ["back > back-v1", "back > back-v2", "web > back"]],
  ])("%s", (parameters, steps) => {
    expect(graph(parameters).steps).toEqual(steps);
  });

  it("reports rates, errors, responses and mutual TLS of an edge", () => {
    const { edges } = graph("graphType=app");
    expect(edges).toEqual([
      {
        step: "web > back",
        isMTLS: "75",
        traffic: {
          protocol: "http",
          rates: { http: "4.00", http5xx: "1.00", httpPercentErr: "25.0", httpPercentReq: "100.0" },
          responses: {
            "200": { flags: { "-": "75.0" }, hosts: { "back.shop.svc.cluster.local": "75.0" } },
            "503": { flags: { "UF,URX": "25.0" }, hosts: { "back.shop.svc.cluster.local": "25.0" } },
          },
        },
      },
    ]);
  });

  it("reports no mutual TLS where there is none", () => {
    const plain = [call(1, { connection_security_policy: "none" })];
    expect(graph("graphType=app", { ...telemetry, security: plain }).edges[0]?.isMTLS).toBeUndefined();
  });

  it("boxes versions of an app inside their namespace", () => {
    const { nodes } = graph("graphType=versionedApp&boxBy=app,namespace", telemetry, ["back-v2"]);
    const space = nodes.find((one) => one.isBox === "namespace");
    const box = nodes.find((one) => one.isBox === "app");
    expect(box).toMatchObject({ nodeType: "box", app: "back", namespace: "shop", parent: space?.id });
    expect(nodes.filter((one) => one.nodeType === "app")).toEqual([
      expect.objectContaining({ workload: "back-v1", app: "back", version: "v1", parent: box?.id }),
      expect.objectContaining({ workload: "back-v2", version: "v2", parent: box?.id, hasMissingSC: true }),
      expect.objectContaining({ workload: "web", parent: space?.id, isRoot: true }),
    ]);
  });

  it("draws unknown sources, unknown destinations, TCP and other namespaces", () => {
    const nobody = {
      source_workload_namespace: "unknown",
      source_workload: "unknown",
      source_canonical_service: "unknown",
    };
    const outside = { destination_workload: "unknown", destination_canonical_service: "unknown" };
    const of: Telemetry = {
      http: [
        call(0.004, nobody),
        call(1, {
          ...outside,
          destination_service_name: "PassthroughCluster",
          destination_service_namespace: "unknown",
        }),
      ],
      tcp: [call(10, { destination_service_namespace: "db", destination_workload_namespace: "db" })],
      security: [],
    };
    const { steps, nodes, edges } = graph("graphType=workload", of);
    expect(steps).toEqual(["unknown > back-v1", "web > PassthroughCluster", "web > back-v1"]);
    expect(edges.find((one) => one.step.startsWith("unknown"))?.traffic).toMatchObject({
      rates: { http: "0.004" },
    });
    expect(nodes.find((one) => one.namespace === "db")).toMatchObject({
      isOutside: true,
      traffic: [{ protocol: "tcp", rates: { tcpIn: "10.00" } }],
    });
  });

  it.each<[string, string]>([
    ["", "No namespaces specified or accessible"],
    ["namespaces=a&graphType=x", "Invalid graphType [x]"],
    ["namespaces=a&duration=x", "Invalid duration [x]"],
    ["namespaces=a&queryTime=x", "Invalid queryTime [x]"],
    ["namespaces=a&injectServiceNodes=x", "Invalid injectServiceNodes [x]"],
  ])("refuses ?%s", (parameters, message) => {
    expect(() => graphOptions(new URLSearchParams(parameters), 0)).toThrow(new BadOption(message));
  });

  it("asks Prometheus of the namespaces only, whatever they are called", async () => {
    const asked: string[] = [];
    const options = graphOptions(new URLSearchParams('namespaces=shop,"}or&duration=1m'), 90_000);
    await readTelemetry(async (promql) => {
      asked.push(promql);
      return [];
    }, options);
    expect(asked).toHaveLength(10);
    expect(asked[2]).toMatch(
      /^sum\(rate\(istio_requests_total\{reporter="source",source_workload_namespace=~"shop\|or"\}\[60s\]\)\) by \(source_cluster,.*\) > 0$/,
    );
  });
});
