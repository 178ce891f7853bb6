import type { HttpRequest, RequestOutcome } from "../../contracts/index.ts";
import { isKubeError, type KubeCluster } from "../../platform/kube/index.ts";
import { sendToGateway } from "./gateway.ts";
import { limits } from "./limits.ts";
import { type MeshPod, readPods } from "./pods.ts";

export interface SendDeps {
  readonly cluster: KubeCluster;
  /** The learner's variables that say where the gateway is. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly now: () => number;
  readonly signal: AbortSignal;
  /** A ready pod of the workload; a sender of many remembers it for a moment. */
  readonly source: (from: WorkloadSource) => Promise<MeshPod | undefined>;
}

export type WorkloadSource = Extract<HttpRequest["from"], { kind: "workload" }>;

const cannot = (why: string): RequestOutcome => ({ kind: "cannot", why });

/** One real request: by the curl of a pod, or from here to the ingress gateway. */
export function sendRequest(deps: SendDeps, request: HttpRequest): Promise<RequestOutcome> {
  if (request.from.kind === "gateway") return sendToGateway(deps, request);
  return sendFromPod(deps, request).catch((error: unknown) => {
    if (isKubeError(error)) return cannot(error.message);
    throw error;
  });
}

/** A ready pod of the workload. */
export async function sourcePod(
  cluster: KubeCluster,
  from: WorkloadSource,
  signal: AbortSignal,
): Promise<MeshPod | undefined> {
  const pods = await readPods(cluster, signal);
  return pods.find(
    ({ namespace, workload, ready }) => ready && namespace === from.namespace && workload === from.name,
  );
}

async function sendFromPod(deps: SendDeps, request: HttpRequest): Promise<RequestOutcome> {
  if (request.from.kind !== "workload") return cannot("No workload was named.");
  const { from } = request;
  const signal = AbortSignal.any([deps.signal, AbortSignal.timeout(limits.requestMs + 2_000)]);
  const pod = await deps.source(from);
  if (!pod) return cannot(`No pod of ${from.name} in ${from.namespace} is ready.`);
  const begun = deps.now();
  const { stdout, stderr, exitCode } = await deps.cluster.exec({
    ...{ namespace: pod.namespace, pod: pod.name, container: pod.container, signal },
    command: curlOf(request),
  });
  const milliseconds = deps.now() - begun;
  const said = stderr.trim().split("\n").at(-1) ?? "";
  if (exitCode === 126 || exitCode === 127)
    return cannot(`There is no curl in container ${pod.container} of ${pod.name}: ${said}`);
  if (exitCode !== 0) return { kind: "unanswered", why: said || `curl ended with ${exitCode}`, milliseconds };
  const end = stdout.lastIndexOf("\n");
  return {
    kind: "answered",
    status: Number(stdout.slice(end + 1)) || 0,
    milliseconds,
    text: stdout.slice(0, Math.max(0, end)).slice(0, limits.answerCharacters),
  };
}

/** No shell reads these words: each is one argument. */
export function curlOf({ method, url, headers }: HttpRequest): string[] {
  return [
    ...["curl", "-sS", "-i", "--globoff", "--max-time", String(limits.requestMs / 1000)],
    ...["-w", "\\n%{http_code}"],
    ...(method === "HEAD" ? ["-I"] : method === "GET" ? [] : ["-X", method]),
    // A header without a value is written with a semicolon; "name:" would take the header away.
    ...headers.flatMap(({ name, value }) => ["-H", value === "" ? `${name};` : `${name}: ${value}`]),
    url,
  ];
}
