import type { ContainerContext, Program, RunningProgram } from "../../container/index.ts";
import { hcLog } from "../http/hclog.ts";
import { serveHttp } from "../http/server.ts";
import { createHandler } from "./handler.ts";
import { readSettings } from "./settings.ts";

// A Go program without a handler for SIGTERM ends with status 2 when it is process 1.
const TERMINATED = 2;

/** fake-service v0.7.8: answers with what it is and what its upstreams answered. HTTP only; gRPC is not there. */
function start(context: ContainerContext): RunningProgram {
  const settings = readSettings(context.env);
  const log = hcLog(context.clock, (text) => context.stdout(text));
  log.info("Starting service", {
    name: settings.name,
    upstreamURIs: settings.upstreams.join(","),
    upstreamWorkers: settings.upstreamWorkers,
    listenAddress: settings.listenAddress,
    "service type": settings.serverType,
  });
  if (settings.serverType !== "http") {
    log.error("Error starting service", {
      error: "only SERVER_TYPE http is supported by the practice cluster",
    });
    return { exited: Promise.resolve(1), kill: () => undefined };
  }
  log.info("Adding handler for UI static files");
  const server = serveHttp(context.network, settings.listenPort, createHandler({ context, settings, log }));
  let exit: (code: number) => void = () => undefined;
  const exited = new Promise<number>((resolve) => {
    exit = resolve;
  });
  const end = () => {
    server.dispose();
    exit(TERMINATED);
  };
  context.terminate.addEventListener("abort", end, { once: true });
  return { exited, kill: end };
}

export const fakeService: Program = {
  images: ["nicholasjackson/fake-service", "linsun/fake-service"],
  entrypoint: ["/app/fake-service"],
  hasShell: true,
  runs: (executable) => executable.endsWith("fake-service"),
  start,
};
