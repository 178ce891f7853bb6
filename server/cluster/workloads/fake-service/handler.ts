import type { IncomingMessage, ServerResponse } from "node:http";
import type { ContainerContext } from "../../container/index.ts";
import { goDuration } from "../http/go-duration.ts";
import type { HcLog } from "../http/hclog.ts";
import { Injector } from "./injector.ts";
import { encodeResponse, type FakeResponse } from "./response.ts";
import type { Settings } from "./settings.ts";
import { callUpstreams } from "./upstream.ts";

export interface HandlerDeps {
  readonly context: ContainerContext;
  readonly settings: Settings;
  readonly log: HcLog;
}

/** Microseconds and no zone, as fake-service formats its times. */
function moment(ms: number): string {
  const micros = Math.floor((ms * 1000) % 1000);
  return `${new Date(ms).toISOString().slice(0, -1)}${String(micros).padStart(3, "0")}`;
}

export function createHandler(deps: HandlerDeps) {
  const injector = new Injector(deps.settings);
  return (request: IncomingMessage, response: ServerResponse): void => {
    request.resume();
    const path = (request.url ?? "/").split("?")[0];
    if (path === "/health") {
      deps.log.info("Handling health request");
      response.writeHead(200, { "Content-Type": "text/plain; charset=utf-8" }).end("OK");
    } else if (path === "/ui" || path?.startsWith("/ui/")) {
      const body = "The user interface of fake-service is not supported by the practice cluster\n";
      response.writeHead(501, { "Content-Type": "text/plain; charset=utf-8" }).end(body);
    } else {
      answer(request, injector, deps).then(
        (result) => send(response, result),
        (error: unknown) => {
          deps.log.error("Error handling request", { error: String(error) });
          response.destroy();
        },
      );
    }
  };
}

function send(response: ServerResponse, result: FakeResponse): void {
  const body = encodeResponse(result);
  response.writeHead(result.code, {
    "Content-Type": "text/plain; charset=utf-8",
    "Content-Length": Buffer.byteLength(body),
  });
  response.end(body);
}

async function answer(
  request: IncomingMessage,
  injector: Injector,
  deps: HandlerDeps,
): Promise<FakeResponse> {
  const { context, settings, log } = deps;
  const { clock } = context;
  const mono = clock.monotonic();
  // The wall clock counts whole milliseconds; the monotonic one lends its fraction.
  const begun = { wall: clock.now() + (mono % 1), mono };
  const elapsed = () => clock.monotonic() - begun.mono;
  context.worked?.(1);
  log.info("Handle inbound request", { request: requestText(request) });
  const identity = { name: settings.name, uri: "/", type: "HTTP", ip_addresses: [context.network.ip] };
  const injected = injector.next(clock.now());
  if (injected) {
    await clock.sleep(injected.delayMs, context.terminate);
    log.error("Error handling request", { error: injected.error });
    return { ...identity, code: injected.code, error: injected.error };
  }
  const calls = await callUpstreams({ headers: request.headers, url: request.url ?? "/" }, deps);
  const failed = calls.some(({ code }) => code !== 200);
  if (!failed) await settle(elapsed(), deps);
  const duration = elapsed();
  log.info("Finished handling request", { duration: goDuration(Math.round(duration * 1e6)) });
  return {
    ...identity,
    start_time: moment(begun.wall),
    end_time: moment(begun.wall + duration),
    duration: goDuration(Math.round(duration * 1e6)),
    ...(failed ? {} : { body: settings.message }),
    upstream_calls: calls,
    code: failed ? 500 : 200,
  };
}

/** Sleeps for what the timing settings leave; what is left is often negative, and logged so. */
async function settle(elapsedMs: number, { context, settings, log }: HandlerDeps): Promise<void> {
  const { p50, p90, p99, variance } = settings.timing;
  const chance = context.random.fraction();
  const target = chance >= 0.99 ? p99 || p90 || p50 : chance >= 0.9 ? p90 || p50 : p50;
  const spread = target * (variance / 100) * (context.random.fraction() * 2 - 1);
  const left = target + spread - elapsedMs;
  log.info("Sleeping for", { duration: goDuration(Math.round(left * 1e6)) });
  if (left > 0) await context.clock.sleep(left, context.terminate);
}

function requestText({ method, url, httpVersion, headers, rawHeaders }: IncomingMessage): string {
  const lines = [`${method} ${url} HTTP/${httpVersion}`, `Host: ${headers.host ?? ""}`];
  for (let i = 0; i < rawHeaders.length; i += 2)
    if (rawHeaders[i]?.toLowerCase() !== "host") lines.push(`${rawHeaders[i]}: ${rawHeaders[i + 1]}`);
  return lines.join("\n");
}
