import { field, type Json, list, text } from "./json.ts";
import { type ConfigDump, parseDump } from "./proxy-config/index.ts";
import { unifiedDiff } from "./text/unified-diff.ts";

const CONTEXT = 7;

interface Part {
  readonly title: string;
  /** Section of the dump, its list, and where in an item the configuration stands. */
  readonly section: string;
  readonly list: string;
  readonly path: readonly string[];
}

const PARTS = {
  clusters: {
    title: "Clusters",
    section: "ClustersConfigDump",
    list: "dynamicActiveClusters",
    path: ["cluster"],
  },
  listeners: {
    title: "Listeners",
    section: "ListenersConfigDump",
    list: "dynamicListeners",
    path: ["activeState", "listener"],
  },
  routes: {
    title: "Routes",
    section: "RoutesConfigDump",
    list: "dynamicRouteConfigs",
    path: ["routeConfig"],
  },
} satisfies Record<string, Part>;

/** What istiod sent against what the proxy has. Follows istioctl/pkg/writer/compare. */
export function compared(istiodDump: string, envoyDump: string): string {
  const [istiod, envoy] = [parseDump(istiodDump), parseDump(envoyDump)];
  const plain = [PARTS.clusters, PARTS.listeners].map((part) => {
    const diff = difference(istiod, envoy, part);
    return diff === "" ? `${part.title} Match\n` : `${diff}\n`;
  });
  const diff = difference(istiod, envoy, PARTS.routes);
  const loaded = lastLoaded(envoy);
  const routes = diff === "" ? `Routes Match${loaded}\n` : `Routes Don't Match${loaded}\n${diff}\n`;
  return [...plain, routes].join("");
}

function difference(istiod: ConfigDump, envoy: ConfigDump, part: Part): string {
  const [sent, held] = [configurations(istiod, part), configurations(envoy, part)];
  // The order of fields says nothing; where something else differs, it is shown as each of them wrote it.
  if (canonical(sent) === canonical(held)) return "";
  return unifiedDiff(shown(sent, part), shown(held, part), {
    from: `Istiod ${part.title}`,
    to: `Envoy ${part.title}`,
    context: CONTEXT,
  });
}

/** Configurations by name, without the versions under which they came. */
function configurations(dump: ConfigDump, part: Part): Json[] {
  const items = list(dump.section(part.section)[part.list]).map((item) => field(item, ...part.path));
  return list(items.map(camel)).sort((a, b) => (text(a, "name") < text(b, "name") ? -1 : 1));
}

/** Keys of data are spelt differently by the two; of what is compared, only the values may differ. */
function camel(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(camel);
  if (typeof value !== "object" || value === null) return value;
  const spelt = (key: string) => key.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [spelt(key), camel(inner)]));
}

function shown(configs: readonly Json[], { list: key, path }: Part): string {
  const items = configs.map((config) =>
    path.reduceRight<unknown>((inner, name) => ({ [name]: inner }), config),
  );
  return JSON.stringify({ [key]: items }, null, 4);
}

const canonical = (value: unknown): string =>
  JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );

/** ` (RDS last loaded at Mon, 23 Nov 2026 10:15:00 UTC)`, of the youngest route table. */
function lastLoaded(envoy: ConfigDump): string {
  const times = list(envoy.section(PARTS.routes.section)[PARTS.routes.list]).map((item) =>
    Date.parse(text(item, "lastUpdated")),
  );
  const last = Math.max(...times.filter((time) => !Number.isNaN(time)));
  return Number.isFinite(last)
    ? ` (RDS last loaded at ${new Date(last).toUTCString().replace("GMT", "UTC")})`
    : "";
}
