import type { Transport } from "../../client/index.ts";
import type { ContainerContext, ExecIO, Program, RunningProgram } from "../../container/index.ts";
import { DEFAULT_ISTIO_VERSION, gatesFor, isIstioVersion } from "../versions.ts";
import { Istiod } from "./istiod.ts";
import { istiodLogger } from "./log.ts";
import { LogScopes } from "./log-scopes.ts";

export interface IstiodProgramDeps {
  /** A way to the API server as a service account. */
  transportFor(account: { readonly namespace: string; readonly name: string }): Transport;
}

/** What image istio/pilot runs. The image's tag says which release to be. */
export function createIstiodProgram(deps: IstiodProgramDeps): Program {
  return {
    images: ["istio/pilot"],
    entrypoint: ["/usr/local/bin/pilot-discovery"],
    hasShell: true,
    uid: 1337,
    start: (context) => startIstiod(context, deps),
  };
}

function startIstiod(context: ContainerContext, deps: IstiodProgramDeps): RunningProgram {
  const { pod, clock } = context;
  const tag = context.image.split(":").at(-1) ?? "";
  const version = isIstioVersion(tag) ? tag : DEFAULT_ISTIO_VERSION;
  const scopes = new LogScopes();
  const logger = istiodLogger(clock, scopes, (text) => context.stdout(text));
  const transport = deps.transportFor({ namespace: pod.namespace, name: pod.serviceAccountName });
  const istiod = new Istiod({ transport, context, logger, scopes, gates: gatesFor(version) });
  logger.info({}, `initializing Istiod admin server`);
  let stop: (code: number) => void = () => undefined;
  const exited = new Promise<number>((resolve) => {
    stop = (code) => {
      istiod.dispose();
      resolve(code);
    };
  });
  istiod.start().catch((error: unknown) => {
    logger.error(
      {},
      `failed to start discovery service: ${error instanceof Error ? error.message : String(error)}`,
    );
    stop(1);
  });
  if (context.terminate.aborted) stop(0);
  else context.terminate.addEventListener("abort", () => stop(0), { once: true });
  return {
    exited,
    kill: () => stop(137),
    exec: (io) => execute(io, istiod, version),
  };
}

/** `pilot-discovery request GET /debug/syncz` and `version`; anything else is for the shell. */
function execute(io: ExecIO, istiod: Istiod, version: string): Promise<number> | undefined {
  const [program = "", verb, method, path] = io.command;
  if (program.split("/").at(-1) !== "pilot-discovery") return undefined;
  if (verb === "version") {
    io.stdout.write(`${version}\n`);
    return Promise.resolve(0);
  }
  if (verb === "request" && method === "GET" && path) {
    const page = istiod.page(path.startsWith("/") ? path : `/${path}`);
    if (page.status >= 400) {
      io.stderr.write(`Error: received unsuccessful status code ${page.status}: ${page.body}\n`);
      return Promise.resolve(1);
    }
    io.stdout.write(page.body);
    return Promise.resolve(0);
  }
  io.stderr.write(`Error: pilot-discovery ${verb ?? ""} is not supported by the practice cluster\n`);
  return Promise.resolve(1);
}
