// Plain pages: the list of dashboards, and one dashboard with the present values of its panels, asked of Prometheus.
import { arrayOf, isObject, type JsonObject, objectOf, stringOf, valueAt } from "../../apimachinery/index.ts";
import type { Clock } from "../../base/index.ts";
import type { ContainerFiles } from "../../container/index.ts";
import type { PodNetwork } from "../../network/index.ts";
import { escapeHtml, fetchFrom, type HttpAnswer, page } from "../http/index.ts";
import { DATASOURCE_TIMEOUT_MS, MAX_PANELS, MAX_ROWS } from "./limits.ts";
import { dashboards, dataSources } from "./provisioning.ts";

interface PageDeps {
  readonly files: ContainerFiles;
  readonly network: PodNetwork;
  readonly clock: Clock;
}

const INTRO =
  "<p>The practice cluster's Grafana: it keeps dashboards and data sources, and draws no charts. Meshwork draws them in its Metrics tab; programs ask <code>/api/search</code> and <code>/api/datasources/proxy/1/…</code>.</p>";

export function homePage({ files }: PageDeps): HttpAnswer {
  const rows = dashboards(files).map(
    ({ uid, slug, title, folder }) =>
      `<tr><td><a href="/d/${encodeURIComponent(uid)}/${slug}">${escapeHtml(title)}</a></td><td>${escapeHtml(folder)}</td></tr>`,
  );
  return page("Grafana", `${INTRO}<table><tr><th>Dashboard</th><th>Folder</th></tr>${rows.join("")}</table>`);
}

export async function dashboardPage(
  deps: PageDeps,
  uid: string,
  parameters: URLSearchParams,
): Promise<HttpAnswer> {
  const found = dashboards(deps.files).find((one) => one.uid === uid);
  if (!found) return { status: 404, type: "text/plain; charset=utf-8", body: "Dashboard not found\n" };
  const sources = dataSources(deps.files);
  const prometheus = sources.find((one) => one.type === "prometheus");
  const expand = expander(found.model, parameters);
  const panels = panelsOf(found.model).slice(0, MAX_PANELS);
  const parts = await Promise.all(
    panels.map(async (panel) => {
      const targets = arrayOf(panel.targets).filter(isObject);
      const tables = await Promise.all(
        targets.map((target) =>
          table(deps, prometheus?.url ?? "", { target, expr: expand(stringOf(target.expr)) }),
        ),
      );
      return `<h2>${escapeHtml(expand(stringOf(panel.title)))}</h2>${tables.join("")}`;
    }),
  );
  return page(found.title, `<p><a href="/">All dashboards</a></p>${parts.join("")}`);
}

/** Panels, those inside rows too; text panels ask nothing and are left out. */
function panelsOf(model: JsonObject): readonly JsonObject[] {
  return arrayOf(model.panels)
    .filter(isObject)
    .flatMap((panel) => [panel, ...arrayOf(panel.panels).filter(isObject)])
    .filter((panel) => arrayOf(panel.targets).length > 0);
}

/** Puts variables (`var-…` of the address, else all) and Grafana's own intervals into an expression. */
function expander(model: JsonObject, parameters: URLSearchParams): (text: string) => string {
  const values: Record<string, string> = { __interval: "15s", __rate_interval: "1m", __range: "1h" };
  for (const variable of arrayOf(valueAt(model, "templating", "list"))) {
    const name = stringOf(objectOf(variable).name);
    values[name] = parameters.get(`var-${name}`) ?? ".*";
  }
  return (text) =>
    text.replace(
      /\$\{(\w+)\}|\$(\w+)/g,
      (whole, braced?: string, plain?: string) => values[braced ?? plain ?? ""] ?? whole,
    );
}

async function table(
  deps: PageDeps,
  base: string,
  asked: { target: JsonObject; expr: string },
): Promise<string> {
  const code = `<p><code>${escapeHtml(asked.expr)}</code></p>`;
  try {
    const url = new URL(`${base}/api/v1/query`);
    url.searchParams.set("query", asked.expr);
    const { body } = await fetchFrom(url, { ...deps, timeout: DATASOURCE_TIMEOUT_MS });
    const answer: unknown = JSON.parse(body);
    const error = stringOf(valueAt(answer, "error"));
    if (error) return `${code}<p>${escapeHtml(error)}</p>`;
    const rows = arrayOf(valueAt(answer, "data", "result"))
      .filter(isObject)
      .slice(0, MAX_ROWS);
    const legend = stringOf(asked.target.legendFormat);
    return `${code}<table>${rows.map((row) => rowOf(row, legend)).join("")}</table>`;
  } catch (error) {
    return `${code}<p>${escapeHtml(error instanceof Error ? error.message : String(error))}</p>`;
  }
}

function rowOf(row: JsonObject, legend: string): string {
  const metric = objectOf(row.metric);
  const labels = Object.entries(metric).map(([name, value]) => `${name}="${String(value)}"`);
  const name = legend
    ? legend.replace(/\{\{\s*(\w+)\s*\}\}/g, (_, label: string) => stringOf(metric[label]))
    : `{${labels.join(", ")}}`;
  return `<tr><td>${escapeHtml(name)}</td><td>${escapeHtml(String(arrayOf(row.value)[1] ?? ""))}</td></tr>`;
}
