import type { IncomingHttpHeaders } from "node:http";
import type { ContainerContext } from "../../container/index.ts";
import { fetchOnce, goError } from "../http/client.ts";
import type { HcLog } from "../http/hclog.ts";
import { decodeResponse, type FakeResponse } from "./response.ts";
import type { Settings } from "./settings.ts";

export interface Incoming {
  readonly headers: IncomingHttpHeaders;
  /** Path and query of the request being handled. */
  readonly url: string;
}

export interface UpstreamDeps {
  readonly context: ContainerContext;
  readonly settings: Settings;
  readonly log: HcLog;
}

// Headers of the connection, not of the request.
const NOT_PASSED_ON = new Set([
  "host",
  "connection",
  "content-length",
  "transfer-encoding",
  "keep-alive",
  "upgrade",
]);

function passedOn(headers: IncomingHttpHeaders): Record<string, string | readonly string[]> {
  const result: Record<string, string | readonly string[]> = {};
  for (const [name, value] of Object.entries(headers))
    if (value !== undefined && !NOT_PASSED_ON.has(name)) result[name] = value;
  return result;
}

/** Calls every upstream, at most `upstreamWorkers` at a time; answers in the order of the list. */
export async function callUpstreams(
  incoming: Incoming,
  deps: UpstreamDeps,
): Promise<readonly FakeResponse[]> {
  const { upstreams, upstreamWorkers } = deps.settings;
  const results: FakeResponse[] = [];
  const queue = upstreams.map((uri, index) => ({ uri, index }));
  const work = async () => {
    for (let next = queue.shift(); next; next = queue.shift())
      results[next.index] = await callUpstream(next.uri, incoming, deps);
  };
  await Promise.all(Array.from({ length: upstreamWorkers }, work));
  return results;
}

async function callUpstream(uri: string, incoming: Incoming, deps: UpstreamDeps): Promise<FakeResponse> {
  const { context, settings, log } = deps;
  if (uri.startsWith("grpc://"))
    return failure(uri, -1, "gRPC upstreams are not supported by the practice cluster");
  const url = new URL(settings.appendRequest ? appended(uri, incoming.url) : uri);
  const headers = settings.appendRequest ? passedOn(incoming.headers) : {};
  log.info("Calling upstream service", {
    uri,
    type: "HTTP",
    request: `GET ${uri} HTTP/1.1\nHost: ${url.host}`,
  });
  const request = { url, method: "GET", headers: withAgent(headers), timeoutMs: settings.requestTimeoutMs };
  try {
    const answer = await fetchOnce(context, request);
    if (answer.status !== 200) {
      const error = `Error processing upstream request: ${url.href}`;
      log.error("Error processing upstream request", {
        error: `${error}, expected code 200, got ${answer.status}`,
      });
      return failure(uri, answer.status, error);
    }
    const text = answer.body.toString("utf8");
    const parsed = decodeResponse(text);
    return parsed ? { ...parsed, uri } : { uri, type: "HTTP", body: text, code: answer.status };
  } catch (error) {
    const message = `Error communicating with upstream service: ${goError(error, "GET", url)}`;
    log.error("Error processing upstream request", { error: message });
    return failure(uri, -1, message);
  }
}

const failure = (uri: string, code: number, error: string): FakeResponse => ({ uri, code, error });

const withAgent = (headers: Readonly<Record<string, string | readonly string[]>>) => ({
  "user-agent": "Go-http-client/1.1",
  connection: "close",
  ...headers,
});

/** The incoming path and query after the upstream's own. */
function appended(uri: string, incoming: string): string {
  const base = uri.endsWith("/") ? uri.slice(0, -1) : uri;
  return `${base}${incoming.startsWith("/") ? incoming : `/${incoming}`}`;
}
