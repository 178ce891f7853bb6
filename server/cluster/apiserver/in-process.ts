import {
  expired,
  isObject,
  type KubeList,
  type KubeObject,
  StatusError,
  type WatchEvent,
} from "../apimachinery/index.ts";
import type { Disposable } from "../base/index.ts";
import type { ApiCall, ApiReply } from "./endpoints/call.ts";
import type { UserInfo } from "./filters/user.ts";
import { WATCH_QUEUE } from "./limits.ts";
import { noSuchResource } from "./registry/resources.ts";

// The same shape as client/transport.ts; this layer may not import that one.
export interface ApiRequest {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly contentType?: string;
  readonly body?: unknown;
  readonly userAgent?: string;
  readonly signal?: AbortSignal;
}

export interface Transport {
  request(request: ApiRequest): Promise<KubeObject | KubeList>;
  watch(request: ApiRequest): AsyncIterable<WatchEvent>;
}

export interface InProcessDeps {
  readonly user: UserInfo;
  handle(call: ApiCall): Promise<ApiReply>;
  /** Discovery and version as parsed JSON. */
  document(path: string): unknown;
}

/** A client inside this process: no socket and no JSON, but the same handlers, admission and errors. Objects are shared and frozen. */
export function inProcessTransport(deps: InProcessDeps): Transport {
  const call = (request: ApiRequest): ApiCall => ({
    user: deps.user,
    method: request.method,
    path: request.path,
    query: request.query ?? {},
    contentType: request.contentType ?? "application/json",
    body: request.body,
    userAgent: request.userAgent ?? "in-process",
    trusted: true,
    warnings: [],
  });
  return {
    async request(request) {
      const document = request.method === "GET" ? deps.document(request.path) : undefined;
      if (isKubeObject(document)) return document;
      const reply = await deps.handle(call(request));
      if (reply.kind === "list") return reply.list;
      if (reply.kind === "object") return { ...reply.object } satisfies object as KubeObject; // a Status is an object of the API too
      throw noSuchResource();
    },
    watch(request) {
      const watchCall = call({ ...request, query: { ...request.query, watch: "true" } });
      return { [Symbol.asyncIterator]: () => new WatchIterator(deps.handle(watchCall), request.signal) };
    },
  };
}

function isKubeObject(value: unknown): value is KubeObject {
  return isObject(value) && typeof value.kind === "string";
}

type Step = IteratorResult<WatchEvent, undefined>;

class WatchIterator implements AsyncIterator<WatchEvent, undefined> {
  private queue: WatchEvent[] = [];
  private head = 0;
  private ended = false;
  private failure: Error | undefined;
  private running: Disposable | undefined;
  private waiting: { resolve(step: Step): void; reject(error: Error): void } | undefined;

  constructor(
    reply: Promise<ApiReply>,
    private readonly signal: AbortSignal | undefined,
  ) {
    signal?.addEventListener("abort", this.stop, { once: true });
    reply.then(
      (ready) => this.start(ready),
      (error: unknown) => this.fail(error),
    );
  }

  next(): Promise<Step> {
    const event = this.queue[this.head];
    if (event) {
      this.head++;
      if (this.head === this.queue.length) {
        this.queue = [];
        this.head = 0;
      }
      return Promise.resolve({ done: false, value: event });
    }
    if (this.failure) return Promise.reject(this.failure);
    if (this.ended) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve, reject) => {
      this.waiting = { resolve, reject };
    });
  }

  return(): Promise<Step> {
    this.stop();
    return Promise.resolve({ done: true, value: undefined });
  }

  private readonly stop = (): void => {
    this.ended = true;
    this.queue = [];
    this.head = 0;
    this.running?.dispose();
    this.signal?.removeEventListener("abort", this.stop);
    this.waiting?.resolve({ done: true, value: undefined });
    this.waiting = undefined;
  };

  private start(reply: ApiReply): void {
    if (this.ended || this.signal?.aborted) {
      this.stop();
      return;
    }
    if (reply.kind !== "watch") {
      this.fail(noSuchResource());
      return;
    }
    try {
      const running = reply.start({ send: (events) => this.push(events), end: () => this.finish() });
      if (this.ended) running.dispose();
      else this.running = running;
    } catch (error) {
      this.fail(error);
    }
  }

  private push(events: readonly WatchEvent[]): void {
    if (this.ended) return;
    for (const event of events) this.queue.push(event);
    const { waiting } = this;
    const event = this.queue[this.head];
    if (waiting && event) {
      this.waiting = undefined;
      this.head++;
      waiting.resolve({ done: false, value: event });
    }
    if (this.queue.length - this.head > WATCH_QUEUE) {
      this.queue = [];
      this.head = 0;
      this.fail(expired("the watch fell too far behind"));
    }
  }

  private finish(): void {
    this.ended = true;
    this.signal?.removeEventListener("abort", this.stop);
    this.waiting?.resolve({ done: true, value: undefined });
    this.waiting = undefined;
  }

  private fail(error: unknown): void {
    const failure = error instanceof StatusError || error instanceof Error ? error : new Error(String(error));
    this.failure = failure;
    this.finishWith(failure);
  }

  private finishWith(failure: Error): void {
    this.ended = true;
    this.running?.dispose();
    this.signal?.removeEventListener("abort", this.stop);
    this.waiting?.reject(failure);
    this.waiting = undefined;
  }
}
