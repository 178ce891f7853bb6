import type { ConditionProbe } from "../../labs/index.ts";
import type { CommandResult, ProbeContext } from "../context.ts";
import { limits } from "../limits.ts";
import type { Evidence, Outcome } from "../outcome.ts";
import { commandLine } from "../shell.ts";
import { podOfDeployment } from "../workloads.ts";

type HttpProbe = Extract<ConditionProbe, { type: "http" }>["http"];

/** A request gets the status, or fails the way it should. Made by the curl of a pod, or of the learner's own shell. */
export async function probeHttp(probe: HttpProbe, context: ProbeContext): Promise<Outcome> {
  const asked =
    probe.from === "gateway"
      ? await askGateway(probe, context)
      : await askFromPod(probe, probe.from, context);
  if (asked.kind === "unknown") return asked;
  const { result, evidence } = asked;
  if (result.exitCode === 126 || result.exitCode === 127)
    return { kind: "unknown", why: `curl could not be run: ${result.stderr.trim()}`, evidence };
  return judge(probe, result, evidence);
}

type Asked =
  | { readonly kind: "asked"; readonly result: CommandResult; readonly evidence: Evidence }
  | Extract<Outcome, { kind: "unknown" }>;

async function askFromPod(
  probe: HttpProbe,
  from: Exclude<HttpProbe["from"], "gateway">,
  context: ProbeContext,
): Promise<Asked> {
  const shown = [
    "kubectl",
    "exec",
    `deploy/${from.deploy}`,
    "-n",
    from.ns,
    "--",
    "curl",
    "-s",
    ...headers(probe),
    probe.url,
  ];
  const pod = await podOfDeployment(context.cluster, from, context.signal);
  const container = from.container ?? pod.defaultContainer ?? "";
  const result = await context.cluster.exec({
    namespace: from.ns,
    pod: pod.name,
    container,
    command: ["curl", ...curlOptions, ...headers(probe), probe.url],
    signal: context.signal,
  });
  return { kind: "asked", result, evidence: { command: commandLine(shown), output: outputOf(result) } };
}

async function askGateway(probe: HttpProbe, context: ProbeContext): Promise<Asked> {
  const url = new URL(probe.url);
  const secure = url.protocol === "https:";
  const variable = secure ? "SECURE_INGRESS_PORT" : "INGRESS_PORT";
  const [ip, port] = [context.env.GATEWAY_IP, context.env[variable]];
  if (!ip || !port)
    return { kind: "unknown", why: `GATEWAY_IP and ${variable} are not set in this workspace` };
  url.port = port;
  // URL drops a scheme's own port; --resolve wants it in any case.
  const resolve = ["--resolve", `${url.hostname}:${port}:${ip}`];
  const trust = secure && probe.cacert !== undefined ? ["--cacert", probe.cacert] : [];
  const words = [...trust, ...headers(probe), ...resolve, url.href];
  const command = commandLine(["curl", ...curlOptions, ...words]);
  const result = await context.runCommand({ command, signal: context.signal });
  const evidence = { command: commandLine(["curl", "-s", ...words]), output: outputOf(result) };
  return { kind: "asked", result, evidence };
}

const curlOptions = ["-sS", "--max-time", String(limits.curlSeconds), "-w", "\\n%{http_code}"];

function headers(probe: HttpProbe): string[] {
  return Object.entries(probe.headers ?? {}).flatMap(([name, value]) => ["-H", `${name}: ${value}`]);
}

function judge(probe: HttpProbe, result: CommandResult, evidence: Evidence): Outcome {
  const { status, body } = split(result.stdout);
  const actual =
    result.exitCode === 0
      ? `HTTP ${status}`
      : `curl ended with exit code ${result.exitCode}: ${result.stderr.trim().split("\n").at(-1) ?? ""}`;
  const failed = (expected: string): Outcome => ({ kind: "failed", expected, actual, evidence });
  if (probe.fails !== undefined) {
    const right = probe.fails === true ? result.exitCode !== 0 : result.exitCode === probe.fails;
    if (right) return { kind: "passed", actual, evidence };
    return failed(probe.fails === true ? "no HTTP answer" : `curl ends with exit code ${probe.fails}`);
  }
  if (result.exitCode !== 0 || status !== probe.status) return failed(`HTTP ${probe.status}`);
  if (probe.contains !== undefined && !body.includes(probe.contains))
    return failed(`HTTP ${probe.status} with "${probe.contains}" in the body`);
  return { kind: "passed", actual, evidence };
}

/** curl's -w puts the status on a line of its own after the body. */
function split(stdout: string): { status: number; body: string } {
  const end = stdout.lastIndexOf("\n");
  return { status: Number(stdout.slice(end + 1)), body: stdout.slice(0, Math.max(0, end)) };
}

function outputOf(result: CommandResult): string {
  const { body } = split(result.stdout);
  return [body, result.stderr].filter((text) => text.trim() !== "").join("\n");
}
