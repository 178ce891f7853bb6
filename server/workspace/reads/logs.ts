import type { LogLine, ReadAnswer, ReadParams } from "../../contracts/index.ts";
import { isKubeError, type KubeCluster } from "../../platform/kube/index.ts";
import { notFound, unavailable } from "../errors.ts";
import { limits } from "./limits.ts";

/** The last lines of one container, oldest first. */
export async function readLog(
  cluster: KubeCluster,
  request: ReadParams<"logs:read">,
): Promise<ReadAnswer<"logs:read">> {
  const { namespace, pod, container, tail, previous } = request;
  try {
    const text = await cluster.podLog({
      ...{ namespace, pod, container, tailLines: tail },
      ...(previous ? { previous } : {}),
      signal: AbortSignal.timeout(limits.answerMs),
    });
    const lines = text.split("\n").filter((line) => line !== "");
    const shown = lines.slice(-limits.logLines);
    return { lines: shown.map(parseLine), cut: shown.length < lines.length };
  } catch (error) {
    if (!isKubeError(error)) throw error;
    if (error.reason === "NotFound") throw notFound(error.message);
    throw unavailable(error.message);
  }
}

function parseLine(line: string): LogLine {
  const space = line.indexOf(" ");
  const at = line.slice(0, Math.max(0, space));
  const timed = /^\d{4}-\d\d-\d\dT/.test(at);
  return {
    at: timed ? at : "",
    text: (timed ? line.slice(space + 1) : line).slice(0, limits.logLineCharacters),
  };
}
