import type { IncomingMessage, ServerResponse } from "node:http";
import { type GuardOptions, mayRead } from "./guard.ts";
import type { Metrics } from "./metrics.ts";

/** Answers GET /metrics. */
export function metricsEndpoint(metrics: () => Promise<Metrics>, guard: GuardOptions) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    response.setHeader("Cache-Control", "no-store");
    if (!mayRead(request, guard)) {
      response.writeHead(403, { "Content-Type": "text/plain; charset=utf-8" });
      response.end("Metrics are read from this machine, or with MESHWORK_METRICS_TOKEN as a bearer token.\n");
      return;
    }
    const read = await metrics();
    const text = await read.text();
    response.writeHead(200, { "Content-Type": read.contentType });
    response.end(text);
  };
}
