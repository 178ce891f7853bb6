import type { PaneName, PaneTarget } from "../ui/index.ts";

export type TabTarget =
  | { readonly pane: "terminal" }
  | { readonly pane: PaneName; readonly what: Omit<PaneTarget, "stamp"> };

/** The page's panes by the names that labs use for them: those of the programs they stand for. */
const panes: Readonly<Record<string, PaneName>> = {
  graph: "mesh",
  kiali: "mesh",
  prometheus: "metrics",
  grafana: "metrics",
  jaeger: "traces",
  editor: "editor",
  logs: "logs",
  envoy: "envoy",
  cluster: "cluster",
};

/** Reads "tab:NAME?key=value"; undefined: no such tab. */
export function tabTarget(href: string): TabTarget | undefined {
  const [name = "", query = ""] = href.slice("tab:".length).split("?", 2);
  if (name === "terminal") return { pane: "terminal" };
  const pane = Object.hasOwn(panes, name) ? panes[name] : undefined;
  if (pane === undefined) return undefined;
  const parameters = new URLSearchParams(query);
  const given = (key: string, as: keyof PaneTarget) => {
    const value = parameters.get(key);
    return value === null ? {} : { [as]: value };
  };
  return {
    pane,
    what: {
      ...given("focus", "name"),
      ...given("file", "file"),
      ...given("query", "query"),
      ...given("service", "service"),
      ...given("namespace", "namespace"),
      ...given("pod", "pod"),
      ...given("kind", "kind"),
    },
  };
}
