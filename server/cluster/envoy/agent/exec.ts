import type { ExecIO } from "../../container/index.ts";
import type { AdminAnswer } from "../admin/types.ts";
import { IPTABLES_HELP } from "./iptables-help.ts";

export interface ExecDeps {
  readonly versions: { readonly istio: string; readonly envoy: string };
  readonly admin: (method: string, target: string) => AdminAnswer;
  /** Port 15020. */
  readonly status: (
    method: string,
    target: string,
  ) => Promise<{ readonly status: number; readonly body: string }>;
  readonly ready: () => Promise<void>;
}

/** The image's own commands. Undefined: not one of them. */
export function execPilotAgent(io: ExecIO, deps: ExecDeps): Promise<number> | undefined {
  const [path = "", ...args] = io.command;
  const name = path.replace(/^\/usr\/local\/bin\//, "");
  if (name === "envoy") return Promise.resolve(envoy(io, args, deps));
  if (name !== "pilot-agent") return undefined;
  return pilotAgent(io, args, deps);
}

function envoy(io: ExecIO, args: readonly string[], deps: ExecDeps): number {
  if (args[0] === "--version") {
    io.stdout.write(`\nenvoy  version: ${deps.versions.envoy}\n\n`);
    return 0;
  }
  io.stderr.write("starting a second envoy is not supported by the practice cluster\n");
  return 1;
}

async function pilotAgent(io: ExecIO, args: readonly string[], deps: ExecDeps): Promise<number> {
  const [command = "", ...rest] = args.filter((one) => !one.startsWith("--log_"));
  switch (command) {
    case "request":
      return request(io, rest, deps);
    case "istio-iptables":
      if (rest.includes("--help") || rest.includes("-h")) {
        io.stdout.write(IPTABLES_HELP);
        return 0;
      }
      io.stderr.write("iptables: Permission denied (you must be root)\n");
      return 4;
    case "wait":
      await deps.ready();
      return io.signal.aborted ? 1 : 0;
    case "version":
      io.stdout.write(
        `version.BuildInfo{Version:"${deps.versions.istio}", GitRevision:"practice", GolangVersion:"", BuildStatus:"Clean", GitTag:"${deps.versions.istio}"}\n`,
      );
      return 0;
    case "":
    case "help":
    case "--help":
    case "-h":
      io.stdout.write(USAGE);
      return 0;
    default:
      io.stderr.write(
        `Error: unknown command "${command}" for "pilot-agent"\nRun 'pilot-agent --help' for usage.\n`,
      );
      return 1;
  }
}

const STATUS_PORT = "15020";
const ADMIN_PORT = "15000";

/** pilot/cmd/pilot-agent/request: a request to Envoy's admin port, or to the port that is named. */
async function request(io: ExecIO, args: readonly string[], deps: ExecDeps): Promise<number> {
  const { port, rest } = debugPort(args);
  const [method, path] = rest;
  if (rest.length !== 2 || !method || path === undefined) {
    io.stderr.write(`Error: accepts 2 arg(s), received ${rest.length}\n`);
    return 1;
  }
  if (port !== ADMIN_PORT && port !== STATUS_PORT) {
    io.stderr.write(
      `Error: command failed: Get "http://localhost:${port}/": dial tcp 127.0.0.1:${port}: connect: connection refused\n`,
    );
    return 1;
  }
  const target = path.startsWith("/") ? path : `/${path}`;
  const ask = port === STATUS_PORT ? deps.status : deps.admin;
  const answer = await ask(method.toUpperCase(), target);
  if (answer.status >= 400) {
    io.stderr.write(`Error: received unexpected response status code ${answer.status}: ${answer.body}`);
    return 1;
  }
  io.stdout.write(answer.body);
  return 0;
}

function debugPort(args: readonly string[]): { readonly port: string; readonly rest: readonly string[] } {
  let port = ADMIN_PORT;
  const rest: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const word = args[i] ?? "";
    if (word === "--debug-port") port = args[++i] ?? "";
    else if (word.startsWith("--debug-port=")) port = word.slice("--debug-port=".length);
    else if (!word.startsWith("-")) rest.push(word);
  }
  return { port, rest };
}

const USAGE = `Istio Pilot agent runs in the sidecar or gateway container and bootstraps Envoy.

Usage:
  pilot-agent [command]

Available Commands:
  help           Help about any command
  istio-iptables Set up iptables rules for Istio Sidecar
  proxy          XDS proxy agent
  request        Makes an HTTP request to the Envoy admin API
  version        Prints out build version information
  wait           Waits until the Envoy proxy is ready
`;
