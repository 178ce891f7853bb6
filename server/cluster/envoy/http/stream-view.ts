import type { HttpConnectionManager, RouteConfiguration } from "../../xds/index.ts";
import type { ProxyServices } from "../services.ts";
import type { AnswerLabels } from "../stats/answer-labels.ts";
import type { Downstream, StreamInfo } from "../stream-info.ts";
import type { ActiveSpan } from "../tracing/span.ts";
import type { HeaderMap } from "./headers.ts";
import type { LocalReply } from "./local-reply.ts";
import type { ManagerFacts } from "./manager-facts.ts";
import type { DownstreamRequest, DownstreamResponse } from "./message.ts";

export interface StreamScope {
  readonly config: HttpConnectionManager;
  readonly downstream: Downstream;
  readonly services: ProxyServices;
  /** Of the connection manager's own counters. */
  readonly labels: AnswerLabels;
  readonly facts: ManagerFacts;
  readonly routes: () => RouteConfiguration | undefined;
}

/** What the router may do with the stream it serves. */
export interface StreamView {
  readonly request: DownstreamRequest;
  readonly response: DownstreamResponse;
  readonly scope: StreamScope;
  readonly info: StreamInfo;
  readonly span: ActiveSpan | undefined;
  /** The request as it will be sent; routing changes it. */
  readonly head: { method: string; scheme: string; authority: string; path: string; headers: HeaderMap };
  monotonic(): number;
  /** Sends the head of an answer with what every answer of this proxy carries. */
  respond(status: number, headers: HeaderMap, end: boolean): void;
  reply(reply: LocalReply): void;
  /** From now on its sockets speak for themselves: what becomes of the response says nothing. */
  handOver(): void;
  /** Ends the books of a stream whose sockets have been handed over. */
  account(): void;
}
