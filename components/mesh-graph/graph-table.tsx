import type { MeshGraph } from "../../server/contracts/index.ts";
import { errorWords, rateWords } from "./badge.ts";
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
  const name = (id: string) => nameIn(graph, id);
  return (
    <div className={classes.tables} data-test="mesh-table">
      <table className={classes.table}>
        <caption>Connections</caption>
        <thead>
          <tr>
            <th scope="col">From</th>
            <th scope="col">To</th>
            <th scope="col">Security</th>
            <th scope="col">Traffic</th>
            <th scope="col">Errors</th>
            <th scope="col">Why</th>
          </tr>
        </thead>
        <tbody>
          {graph.edges.map((edge) => (
            <tr key={edge.id} data-selected={edge.id === selected}>
              <td>{name(edge.source)}</td>
              <td>{name(edge.target)}</td>
              <td>
                <MtlsBadge badge={edge.mtls} />
              </td>
              <td>{rateWords(edge) || (edge.origin === "configured" ? "configured, none seen" : "none")}</td>
              <td>{errorWords(edge.errorPercent) || "none"}</td>
              <td>
                <button
                  type="button"
                  className={classes.linkButton}
                  aria-label={`Why: ${name(edge.source)} to ${name(edge.target)}`}
                  onClick={() => onSelect(edge.id)}
                >
                  Why?
                </button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <table className={classes.table}>
        <caption>Workloads and services</caption>
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Kind</th>
            <th scope="col">Namespace</th>
            <th scope="col">Health</th>
            <th scope="col">Sidecar</th>
            <th scope="col">Pods</th>
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
              <td>{node.pods ? `${node.pods.ready} of ${node.pods.total} ready` : "–"}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
