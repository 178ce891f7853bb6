import { DisposableStore } from "../../base/index.ts";
import type { Program } from "../../container/index.ts";
import { serveHttp } from "../http/index.ts";
import { untilStopped } from "../process.ts";
import { grafanaHandler } from "./api.ts";

const PORT = 3000;

/** The image `grafana/grafana`: provisioned dashboards and data sources over its API. It draws nothing. */
export const grafanaProgram: Program = {
  images: ["grafana/grafana"],
  entrypoint: ["/run.sh"],
  hasShell: true,
  uid: 472,
  start: (context) => {
    const { files, network, clock, image } = context;
    const running = new DisposableStore();
    const version = /:v?([^:/@]+)$/.exec(image)?.[1] ?? "10.1.5";
    const log = (message: string) =>
      context.stdout(
        `logger=http.server t=${new Date(clock.now()).toISOString()} level=info msg="${message}"\n`,
      );
    running.add(serveHttp(network, PORT, grafanaHandler({ files, network, clock, version })));
    log(`HTTP Server Listen address=[::]:${PORT} protocol=http`);
    return untilStopped(context, { running, onTerminate: () => log("Shutdown started") });
  },
};
