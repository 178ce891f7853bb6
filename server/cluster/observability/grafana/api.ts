// The part of Grafana's HTTP API that scripts and Kiali ask: health, search, dashboards, data sources and their proxy.
// Everybody is an anonymous admin, as the add-on configures it. Its own pages stand in pages.ts.
import type { Clock } from "../../base/index.ts";
import type { ContainerFiles } from "../../container/index.ts";
import type { PodNetwork } from "../../network/index.ts";
import { fetchFrom, type Handle, type HttpAnswer, type HttpRequest, json, redirect } from "../http/index.ts";
import { DATASOURCE_TIMEOUT_MS } from "./limits.ts";
import { dashboardPage, homePage } from "./pages.ts";
import { type Dashboard, type DataSource, dashboards, dataSources } from "./provisioning.ts";

export interface GrafanaDeps {
  readonly files: ContainerFiles;
  readonly network: PodNetwork;
  readonly clock: Clock;
  readonly version: string;
}

const notFound = (message: string): HttpAnswer => json({ message }, 404);

export function grafanaHandler(deps: GrafanaDeps): Handle {
  return async (request) => {
    const { path, parameters } = request;
    const [, uid] = /^\/api\/dashboards\/uid\/([^/]+)$/.exec(path) ?? [];
    if (uid !== undefined) return dashboard(deps, uid);
    const [, source, rest = ""] = /^\/api\/datasources\/proxy\/((?:uid\/)?[^/]+)(\/.*)?$/.exec(path) ?? [];
    if (source !== undefined) return proxied(deps, { source: source.replace("uid/", ""), rest, request });
    const [, shown] = /^\/d\/([^/]+)/.exec(path) ?? [];
    if (shown !== undefined) return dashboardPage(deps, shown, parameters);
    switch (path) {
      case "/":
      case "/dashboards":
        return homePage(deps);
      case "/login":
        return redirect("/");
      case "/api/health":
        return json({ commit: "practice", database: "ok", version: deps.version });
      case "/healthz":
        return { status: 200, type: "text/plain; charset=UTF-8", body: "Ok" };
      case "/api/org":
        return json({ id: 1, name: "Main Org.", address: emptyAddress });
      case "/api/search":
        return json(search(dashboards(deps.files), parameters));
      case "/api/datasources":
        return json(dataSources(deps.files).map(dataSourceJson));
      default:
        return path.startsWith("/api/") ? notFound("Not found") : notFoundPage();
    }
  };
}

const emptyAddress = { address1: "", address2: "", city: "", zipCode: "", state: "", country: "" };

const notFoundPage = (): HttpAnswer => ({
  status: 404,
  type: "text/plain; charset=utf-8",
  body: "This page of Grafana is not supported by the practice cluster; see /\n",
});

function dashboard({ files }: GrafanaDeps, uid: string): HttpAnswer {
  const found = dashboards(files).find((one) => one.uid === uid);
  if (!found) return notFound("Dashboard not found");
  const meta = {
    type: "db",
    canSave: true,
    canEdit: true,
    canAdmin: true,
    canStar: false,
    slug: found.slug,
    url: urlOf(found),
    folderTitle: found.folder,
    provisioned: true,
  };
  return json({ meta, dashboard: found.model });
}

const urlOf = ({ uid, slug }: Dashboard) => `/d/${uid}/${slug}`;

function search(all: readonly Dashboard[], parameters: URLSearchParams): readonly object[] {
  const wanted = (parameters.get("query") ?? "").toLowerCase();
  const tags = parameters.getAll("tag");
  const limit = Number(parameters.get("limit") ?? 1000);
  if (parameters.get("type") === "dash-folder") return [];
  return all
    .filter((one) => one.title.toLowerCase().includes(wanted) && tags.every((tag) => one.tags.includes(tag)))
    .sort((a, b) => (a.title < b.title ? -1 : 1))
    .slice(0, Number.isFinite(limit) ? Math.max(0, limit) : 1000)
    .map((one) => ({
      id: one.id,
      uid: one.uid,
      title: one.title,
      uri: `db/${one.slug}`,
      url: urlOf(one),
      slug: "",
      type: "dash-db",
      tags: one.tags,
      isStarred: false,
      folderTitle: one.folder,
      sortMeta: 0,
    }));
}

const dataSourceJson = (source: DataSource) => ({
  id: source.id,
  uid: source.uid,
  orgId: 1,
  name: source.name,
  type: source.type,
  typeName: source.type.slice(0, 1).toUpperCase() + source.type.slice(1),
  access: "proxy",
  url: source.url,
  user: "",
  database: "",
  basicAuth: false,
  isDefault: source.isDefault,
  jsonData: source.jsonData,
  readOnly: false,
});

interface Proxied {
  readonly source: string;
  readonly rest: string;
  readonly request: HttpRequest;
}

/** /api/datasources/proxy/{id}/… and /uid/{uid}/…: the data source's own answer. */
async function proxied(deps: GrafanaDeps, { source, rest, request }: Proxied): Promise<HttpAnswer> {
  const found = dataSources(deps.files).find((one) => one.uid === source || String(one.id) === source);
  if (!found) return json({ message: "Unable to find datasource" }, 404);
  const { network, clock } = deps;
  try {
    const url = new URL(found.url.replace(/\/$/, "") + rest);
    for (const [name, value] of request.parameters) url.searchParams.append(name, value);
    const { status, type, body } = await fetchFrom(url, { network, clock, timeout: DATASOURCE_TIMEOUT_MS });
    return { status, type, body };
  } catch {
    return json({ message: "", error: "Bad Gateway" }, 502);
  }
}
