import type { ServerResponse } from "node:http";
import type { KubeletConnection, PodLogOptions, PodReference } from "../kubelet-connection.ts";

export function logOptions(query: URLSearchParams, container: string): PodLogOptions {
  const flag = (name: string) => query.get(name) === "true" || query.get(name) === "1";
  const number = (name: string) => {
    const text = query.get(name);
    return text !== null && /^-?\d+$/.test(text) ? Number(text) : undefined;
  };
  const sinceTime = query.get("sinceTime");
  return {
    container,
    ...(flag("follow") ? { follow: true } : {}),
    ...(flag("previous") ? { previous: true } : {}),
    ...(flag("timestamps") ? { timestamps: true } : {}),
    ...optional("tailLines", number("tailLines")),
    ...optional("sinceSeconds", number("sinceSeconds")),
    ...optional("limitBytes", number("limitBytes")),
    ...(sinceTime ? { sinceTime } : {}),
  };
}

function optional(name: string, value: number | undefined): Record<string, number> {
  return value === undefined ? {} : { [name]: value };
}

/** Streams a container's log. The header goes out with the first byte, so that a refusal keeps its own status. */
export async function serveLogs(
  kubelet: KubeletConnection,
  { pod, options }: { readonly pod: PodReference; readonly options: PodLogOptions },
  response: ServerResponse,
): Promise<void> {
  const gone = new AbortController();
  response.on("close", () => gone.abort());
  response.setHeader("Content-Type", "text/plain");
  response.setHeader("Cache-Control", "no-cache, private");
  try {
    await kubelet.logs(pod, options, response, gone.signal);
  } catch (error) {
    if (!response.headersSent) {
      response.removeHeader("Content-Type");
      throw error;
    }
  }
  if (!response.writableEnded) response.end();
}
