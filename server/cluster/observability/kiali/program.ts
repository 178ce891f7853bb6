import { load } from "js-yaml";
import { stringOf, valueAt } from "../../apimachinery/index.ts";
import { DisposableStore } from "../../base/index.ts";
import type { Transport } from "../../client/index.ts";
import type { ContainerContext, Program } from "../../container/index.ts";
import { plain, serveHttp } from "../http/index.ts";
import { untilStopped } from "../process.ts";
import { kialiHandler } from "./api.ts";
import { MeshObjects } from "./mesh-objects.ts";
import { prometheusQuery } from "./prometheus.ts";

const PORT = 20001;
const METRICS_PORT = 9090;

export interface KialiProgramDeps {
  /** The API server as the pod's service account sees it. */
  readonly transportFor: (account: { readonly namespace: string; readonly name: string }) => Transport;
}

/** The image `kiali/kiali`: a graph of Prometheus' metrics and the API server's objects over Kiali's API. */
export function createKialiProgram(deps: KialiProgramDeps): Program {
  return {
    images: ["kiali/kiali"],
    entrypoint: ["/opt/kiali/kiali"],
    hasShell: true,
    uid: 1000,
    start: (context) => {
      const { network, clock, pod } = context;
      const running = new DisposableStore();
      const { webRoot, prometheusUrl } = configOf(context);
      const version = /:(v?[^:/@]+)$/.exec(context.image)?.[1] ?? "v1.79";
      const account = { namespace: pod.namespace, name: pod.serviceAccountName };
      const objects = new MeshObjects(deps.transportFor(account));
      const query = prometheusQuery({ network, clock, url: prometheusUrl });
      const handler = kialiHandler({ objects, query, clock, webRoot, version, prometheusUrl });
      running.add(serveHttp(network, PORT, handler));
      const info = `# TYPE kiali_practice_info gauge\nkiali_practice_info{version="${version}"} 1\n`;
      running.add(serveHttp(network, METRICS_PORT, () => plain(info)));
      const log = (text: string) => context.stderr(`${new Date(clock.now()).toISOString()} INF ${text}\n`);
      log(`Kiali: Version: ${version}, practice cluster`);
      log(`Server endpoint will start at [:${PORT}${webRoot}]`);
      return untilStopped(context, { running, onTerminate: () => log("Shutting down internal components") });
    },
  };
}

/** `-config FILE`; what it does not say is Kiali's default. */
function configOf({ command, files, pod }: ContainerContext): { webRoot: string; prometheusUrl: string } {
  const flag = command.findIndex((one) => one === "-config" || one === "--config");
  const bytes = flag < 0 ? undefined : files.read(command[flag + 1] ?? "");
  const config: unknown = bytes ? load(Buffer.from(bytes).toString("utf8")) : {};
  const root = stringOf(valueAt(config, "server", "web_root"));
  const url = stringOf(valueAt(config, "external_services", "prometheus", "url"));
  return {
    webRoot: root === "/" ? "" : root.replace(/\/$/, ""),
    prometheusUrl: url || `http://prometheus.${pod.namespace}:9090`,
  };
}
