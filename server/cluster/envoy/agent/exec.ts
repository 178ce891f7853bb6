import type { ExecIO } from "../../container/index.ts";
import type { AdminAnswer } from "../admin/admin.ts";
import { IPTABLES_HELP } from "./iptables-help.ts";

export interface ExecDeps {
  readonly versions: { readonly istio: string; readonly envoy: string };
  readonly admin: (method: string, target: string) => AdminAnswer;
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

function request(io: ExecIO, args: readonly string[], deps: ExecDeps): number {
  const [method, path] = args.filter((one) => !one.startsWith("-"));
  if (!method || path === undefined) {
    io.stderr.write(`Error: accepts 2 arg(s), received ${method ? 1 : 0}\n`);
    return 1;
  }
  const answer = deps.admin(method.toUpperCase(), path.startsWith("/") ? path : `/${path}`);
  if (answer.status >= 400) {
    io.stderr.write(`Error: received unexpected response status code ${answer.status}: ${answer.body}`);
    return 1;
  }
  io.stdout.write(answer.body);
  return 0;
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
