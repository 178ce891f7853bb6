import type { ContainerContext, Program, RunningProgram } from "../../container/index.ts";
import { runIptables } from "./iptables.ts";
import { runProxy } from "./proxy-program.ts";

/** The image `istio/proxyv2`: pilot-agent and the Envoy it starts. */
export function createProxyProgram(): Program {
  return {
    images: ["istio/proxyv2"],
    entrypoint: ["/usr/local/bin/pilot-agent"],
    hasShell: true,
    uid: 1337,
    start: (context) => start(context),
  };
}

function start(context: ContainerContext): RunningProgram {
  const args = context.command.filter(
    (_, i) => i > 0 || !/(^|\/)pilot-agent$/.test(context.command[0] ?? ""),
  );
  const [command, role] = args;
  if (command === "istio-iptables") return runIptables(context, args.slice(1));
  if (command === "proxy") return runProxy(context, role === "router" ? "router" : "sidecar");
  context.stderr(`Error: unknown command "${command ?? ""}" for "pilot-agent"\n`);
  return { exited: Promise.resolve(255), kill: () => undefined };
}
