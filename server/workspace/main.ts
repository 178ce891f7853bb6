// The workspace host: one process per learner, started detached by a launcher, living on when web restarts.
// `workspace.mjs shell` is the same workspace in the terminal it was typed in, for as long as that shell lives;
// `workspace.mjs lab` proves, lints and begins labs.
// Wires the parts together; holds no logic of its own.
import { channel } from "node:diagnostics_channel";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import pino from "pino";
import type { HostEvent } from "../contracts/host-protocol.ts";
import { handoutOf, openEnclosure } from "./around.ts";
import { findRealGateway } from "./cluster/index.ts";
import { isRefusal } from "./errors.ts";
import { WorkspaceHost } from "./host.ts";
import { LabToolError, runLabTool } from "./lab-tool/index.ts";
import { platformLabs } from "./labs.ts";
import { endLeftovers } from "./leftovers.ts";
import { AlreadyOwned, takeLock } from "./lock.ts";
import { hostHandler } from "./methods.ts";
import { parseOptions } from "./options.ts";
import { createReads } from "./reads/index.ts";
import { type RpcServer, startRpcServer } from "./rpc/server.ts";
import { runShell, UsageError } from "./run-shell.ts";
import { WORKSPACE_MARK } from "./shell/environment.ts";

/** For whoever loaded this program: see server/program.ts. */
const STARTED = "meshwork:started";

const [program] = process.argv.slice(2);
const inTerminal = program === "shell" || program === "lab";
const log = pino(
  { name: "workspace", level: inTerminal ? "error" : "info" },
  pino.destination({ dest: inTerminal ? 2 : 1, sync: false }),
);

async function serve(): Promise<void> {
  const options = parseOptions(process.argv.slice(2));
  mkdirSync(options.dir, { recursive: true, mode: 0o700 });
  const unlock = takeLock(path.join(options.dir, "host.pid"));
  // A host that was killed may have left behind what its learner had hidden from the terminal.
  endLeftovers(WORKSPACE_MARK, options.dir);
  const token = readFileSync(options["token-file"], "utf8").trim();
  const handout = handoutOf(options);
  const kubeconfig = options.kubeconfig ?? path.join(handout, "kubeconfig");

  let rpc: RpcServer | undefined;
  const broadcast = (event: HostEvent) => rpc?.broadcast(event);
  const labs = platformLabs({
    contentDir: options.content,
    istioVersion: options["istio-version"],
    kubeconfig,
    context: options.context,
    command: () => host.commandOptions(),
    checks: () => host.checks,
    changed: (conditions) => broadcast({ event: "conditions", conditions }),
    log,
  });
  const host: WorkspaceHost = new WorkspaceHost({
    options,
    handout,
    enclosure: openEnclosure(options, handout),
    labs,
    kubeconfig,
    log,
    findGateway: () => findRealGateway({ kubeconfig, context: options.context, environment: process.env }),
    broadcast,
  });

  let stopping = false;
  const stop = async (why: string) => {
    if (stopping) return;
    stopping = true;
    log.info({ why }, "workspace stops");
    await host.stop();
    endLeftovers(WORKSPACE_MARK, options.dir);
    await rpc?.close();
    rmSync(options.socket, { force: true });
    unlock();
    process.exit(0);
  };
  const stopOn = (why: string) => void stop(why).catch((error: unknown) => fail(error));
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => stopOn(signal));

  const started = host.start();
  rpc = await startRpcServer({
    socketPath: options.socket,
    token,
    handle: hostHandler({
      host,
      labs,
      reads: createReads({
        cluster: () => labs.cluster(),
        command: () => host.commandOptions(),
        now: Date.now,
        timeline: () => labs.timeline(),
      }),
      stop: () => stopOn("asked"),
    }),
    closed: (peer) => host.terminals.detachAll(peer),
    failed: (error, method) => {
      if (isRefusal(error)) log.info({ method, code: error.code, refusal: error.message }, "refused");
      else log.error({ err: error, method }, "failed");
    },
  });
  await started;
  log.info({ dir: options.dir, pid: process.pid }, "workspace is up");
  channel(STARTED).publish({});
}

function fail(error: unknown): never {
  if (error instanceof AlreadyOwned) log.error({ file: error.file, pid: error.pid }, error.message);
  else if (error instanceof UsageError || error instanceof LabToolError)
    process.stderr.write(`Error: ${error.message}\n`);
  else log.fatal({ err: error }, "workspace could not go on");
  log.flush();
  process.exit(1);
}

process.on("uncaughtException", fail);
process.on("unhandledRejection", fail);
// A terminal that closed while we wrote to our log must not end us.
process.on("SIGHUP", () => undefined);

async function run(): Promise<void> {
  if (program === "lab") process.exitCode = await runLabTool(process.argv.slice(3));
  else if (inTerminal) process.exitCode = await runShell(process.argv.slice(3), log);
  else await serve();
}

run().catch(fail);
