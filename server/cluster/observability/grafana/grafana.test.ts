import { readFileSync } from "node:fs";
import { loadAll } from "js-yaml";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { arrayOf, isObject, objectOf, stringOf, valueAt } from "../../apimachinery/index.ts";
import { json, serveHttp } from "../http/index.ts";
import { parse } from "../prometheus/promql/parse.ts";
import { PodBench } from "../testing/pod.ts";
import { grafanaProgram } from "./program.ts";

const MANIFEST = new URL("../../../../content/istio-samples/addons/grafana.yaml", import.meta.url);
const objects = loadAll(readFileSync(MANIFEST, "utf8")).filter(isObject);
const configMap = (name: string) =>
  objectOf(
    objects.find((one) => one.kind === "ConfigMap" && valueAt(one, "metadata", "name") === name)?.data,
  );

/** As the add-on's pod mounts them. */
function mounted(): Record<string, string> {
  const files: Record<string, string> = {};
  const own = configMap("grafana");
  files["/etc/grafana/provisioning/datasources/datasources.yaml"] = stringOf(own["datasources.yaml"]);
  files["/etc/grafana/provisioning/dashboards/dashboardproviders.yaml"] = stringOf(
    own["dashboardproviders.yaml"],
  );
  for (const [folder, name] of [
    ["istio", "istio-grafana-dashboards"],
    ["istio-services", "istio-services-grafana-dashboards"],
  ] as const)
    for (const [file, text] of Object.entries(configMap(name)))
      files[`/var/lib/grafana/dashboards/${folder}/${file}`] = stringOf(text);
  return files;
}

let bench: PodBench;
let at: string;
beforeEach(() => {
  bench = new PodBench();
  const { ip } = bench.run(grafanaProgram, { image: "docker.io/grafana/grafana:10.1.5", files: mounted() });
  at = `${ip}:3000`;
});
afterEach(() => bench.dispose());

const TITLES = [
  "Istio Control Plane Dashboard",
  "Istio Mesh Dashboard",
  "Istio Performance Dashboard",
  "Istio Service Dashboard",
  "Istio Workload Dashboard",
];

describe("Grafana", () => {
  it("is healthy and lets anybody in", async () => {
    const health = { commit: "practice", database: "ok", version: "10.1.5" };
    expect(await bench.ask(at, "/api/health")).toMatchObject({ status: 200, json: health });
    expect(await bench.ask(at, "/login")).toMatchObject({ status: 302, headers: { location: "/" } });
    expect(await bench.ask(at, "/api/org")).toMatchObject({ json: { id: 1, name: "Main Org." } });
  });

  it("finds the add-on's dashboards", async () => {
    const all = await bench.ask(at, "/api/search?type=dash-db");
    expect(arrayOf(all.json).map((one) => objectOf(one).title)).toEqual(TITLES);
    const some = await bench.ask(at, "/api/search?query=mesh");
    expect(some.json).toMatchObject([
      { uid: "G8wLrJIZk", url: "/d/G8wLrJIZk/istio-mesh-dashboard", folderTitle: "istio", type: "dash-db" },
    ]);
    const one = await bench.ask(at, "/api/dashboards/uid/G8wLrJIZk");
    expect(one.json).toMatchObject({
      meta: { slug: "istio-mesh-dashboard" },
      dashboard: { title: TITLES[1] },
    });
    expect(await bench.ask(at, "/api/dashboards/uid/none")).toMatchObject({
      status: 404,
      json: { message: "Dashboard not found" },
    });
  });

  it("has only dashboards whose PromQL can be read", () => {
    const files = Object.entries(mounted()).filter(([path]) => path.endsWith(".json"));
    const expressions = files.flatMap(([, text]) =>
      arrayOf(objectOf(JSON.parse(text)).panels)
        .flatMap((panel) => arrayOf(objectOf(panel).targets))
        .map((target) => stringOf(objectOf(target).expr).replace(/\$\w+/g, ".*")),
    );
    expect(files).toHaveLength(TITLES.length);
    expect(expressions.length).toBeGreaterThan(30);
    for (const expression of expressions) expect(() => parse(expression), expression).not.toThrow();
  });

  it("passes questions on to its data sources", async () => {
    const pod = bench.started.add(bench.network.attachPod({ namespace: "istio-system", name: "prometheus" }));
    bench.started.add(
      serveHttp(pod, 9090, ({ path, parameters }) =>
        json({
          status: "success",
          data: { result: [{ metric: { path }, value: [0, parameters.get("query")] }] },
        }),
      ),
    );
    const files = mounted();
    for (const [path, text] of Object.entries(files))
      files[path] = text.replace("http://prometheus:", `http://${pod.ip}:`);
    const own = bench.run(grafanaProgram, { image: "grafana/grafana", name: "own", files });
    const sources = await bench.ask(`${own.ip}:3000`, "/api/datasources");
    expect(sources.json).toMatchObject([
      { id: 1, name: "Prometheus", type: "prometheus", url: `http://${pod.ip}:9090`, isDefault: true },
      { id: 2, name: "Loki", type: "loki", isDefault: false },
    ]);
    const answer = await bench.ask(`${own.ip}:3000`, "/api/datasources/proxy/1/api/v1/query?query=up");
    expect(answer.json).toMatchObject({
      data: { result: [{ metric: { path: "/api/v1/query" }, value: [0, "up"] }] },
    });
    const page = await bench.ask(`${own.ip}:3000`, "/d/3--MLVZZk/any");
    expect(page.text).toContain("<code>sum(pilot_xds{app=&quot;istiod&quot;})</code>");
    expect(page.text).toContain("<td>sum(pilot_xds{app=&quot;istiod&quot;})</td>");
  });

  it("says when a data source is away or unknown", async () => {
    expect(await bench.ask(at, "/api/datasources/proxy/1/api/v1/query?query=up")).toMatchObject({
      status: 502,
    });
    expect(await bench.ask(at, "/api/datasources/proxy/9/x")).toMatchObject({ status: 404 });
    expect((await bench.ask(at, "/")).text).toContain("Istio Mesh Dashboard</a>");
  });
});
