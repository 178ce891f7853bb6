import { DisposableStore } from "../../base/index.ts";
import type { Program, RunningProgram } from "../../container/index.ts";
import { serveHttp } from "../http/index.ts";
import { untilStopped } from "../process.ts";
import { lokiHandler } from "./api.ts";
import { LogStore } from "./log-store.ts";

const PORT = 3100;

/** The image `grafana/loki`: what is pushed to it as JSON can be asked for again. Nobody here pushes by itself. */
export const lokiProgram: Program = {
  images: ["grafana/loki"],
  entrypoint: ["/usr/bin/loki"],
  hasShell: true,
  uid: 10001,
  start: (context) => {
    const { network, clock, image } = context;
    const running = new DisposableStore();
    const version = /:([^:/@]+)$/.exec(image)?.[1] ?? "2.7.3";
    const log = (msg: string) =>
      context.stderr(`level=info ts=${new Date(clock.now()).toISOString()} msg="${msg}"\n`);
    running.add(serveHttp(network, PORT, lokiHandler({ store: new LogStore(), clock, version })));
    log("Loki started");
    return untilStopped(context, { running, onTerminate: () => log("=== received SIGINT/SIGTERM ===") });
  },
};

/** The sidecar of later charts that gathers rules from config maps; there are none to gather. */
export const lokiSidecarProgram: Program = {
  images: ["kiwigrid/k8s-sidecar"],
  entrypoint: ["python", "-u", "/app/sidecar.py"],
  hasShell: true,
  start: (context): RunningProgram => untilStopped(context, { running: new DisposableStore() }),
};
