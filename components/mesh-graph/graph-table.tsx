import { useTranslations } from "use-intl";
import type { MeshGraph } from "../../server/contracts/index.ts";
import { edgeWords, errorWords, rateWords } from "./badge.ts";
import classes from "./graph-table.module.css";
import { MtlsBadge } from "./mtls-badge.tsx";
import { displayName, nameIn } from "./names.ts";

interface Props {
  readonly graph: MeshGraph;
  readonly selected: string | undefined;
  onSelect(id: string): void;
}

/** The picture as tables: for screen readers always, for everyone on request. */
export function GraphTable({ graph, selected, onSelect }: Props) {
  const t = useTranslations("mesh");
  const name = (id: string) => nameIn(graph, id);
  return (
    <div className={classes.tables} data-test="mesh-table">
      <table className={classes.table}>
        <caption>{t("table.connections")}</caption>
        <thead>
          <tr>
            <th scope="col">{t("table.from")}</th>
            <th scope="col">{t("table.to")}</th>
            <th scope="col">{t("table.security")}</th>
            <th scope="col">{t("table.traffic")}</th>
            <th scope="col">{t("table.errors")}</th>
            <th scope="col">{t("table.why")}</th>
          </tr>
        </thead>
        <tbody>
          {graph.edges.map((edge) => (
            <tr key={edge.id} data-selected={edge.id === selected}>
              <td>{name(edge.source)}</td>
              <td>{name(edge.target)}</td>
              <td>
                <MtlsBadge badge={edge.mtls} words={edgeWords(edge)} />
              </td>
              <td>
                {rateWords(edge) ||
                  (edge.origin === "configured" ? t("table.configured") : t("table.noTraffic"))}
              </td>
              <td>{errorWords(edge.errorPercent) || t("table.noErrors")}</td>
              <td>
                <button
                  type="button"
                  className={classes.linkButton}
                  aria-label={t("table.whyOf", { source: name(edge.source), target: name(edge.target) })}
                  onClick={() => onSelect(edge.id)}
                >
                  {t("table.whyAsk")}
                </button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <table className={classes.table}>
        <caption>{t("table.nodes")}</caption>
        <thead>
          <tr>
            <th scope="col">{t("table.name")}</th>
            <th scope="col">{t("table.kind")}</th>
            <th scope="col">{t("table.namespace")}</th>
            <th scope="col">{t("table.health")}</th>
            <th scope="col">{t("table.sidecar")}</th>
            <th scope="col">{t("table.pods")}</th>
          </tr>
        </thead>
        <tbody>
          {graph.nodes.map((node) => (
            <tr key={node.id} data-selected={node.id === selected}>
              <td>
                <button type="button" className={classes.linkButton} onClick={() => onSelect(node.id)}>
                  {node.version ? `${displayName(node)} ${node.version}` : displayName(node)}
                </button>
              </td>
              <td>{node.kind}</td>
              <td>{node.namespace ?? "–"}</td>
              <td>{node.kind === "unknown" ? "–" : node.health}</td>
              <td>{node.sidecar === "not-applicable" ? "–" : node.sidecar}</td>
              <td>{node.pods ? t("table.ready", node.pods) : "–"}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
