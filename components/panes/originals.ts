import type { ObjectRow } from "../../server/contracts/index.ts";
import type { PaneName } from "../ui/index.ts";

interface Known {
  readonly title: string;
  /** As Istio's samples install it. */
  readonly service: string;
  readonly port: number;
  /** On the learner's own machine. */
  readonly local: number;
  readonly path: string;
}

const known: Partial<Readonly<Record<PaneName, readonly Known[]>>> = {
  mesh: [{ title: "Kiali", service: "kiali", port: 20001, local: 20001, path: "/kiali" }],
  metrics: [
    { title: "Prometheus", service: "prometheus", port: 9090, local: 9090, path: "/" },
    { title: "Grafana", service: "grafana", port: 3000, local: 3000, path: "/" },
  ],
  traces: [{ title: "Jaeger", service: "tracing", port: 80, local: 16686, path: "/jaeger" }],
};

export interface Original {
  readonly title: string;
  /** Run in the terminal, it opens the way. */
  readonly command: string;
  readonly url: string;
}

// A name goes into a command line only as Kubernetes allows it.
const plainName = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;

/** The programs that this pane stands for, as far as the cluster runs them. */
export function originalsOf(pane: PaneName, rows: readonly ObjectRow[]): readonly Original[] {
  return (known[pane] ?? []).flatMap(({ title, service, port, local, path }) => {
    const found = rows.filter(({ kind, name }) => kind === "Service" && name === service);
    const { namespace } = found.find((row) => row.namespace === "istio-system") ?? found[0] ?? {};
    if (namespace === undefined || !plainName.test(namespace)) return [];
    return {
      title,
      command: `kubectl port-forward -n ${namespace} service/${service} ${local}:${port} > /dev/null &`,
      url: `http://localhost:${local}${path}`,
    };
  });
}
