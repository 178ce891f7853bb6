"use client";

import { useCallback, useEffect, useState } from "react";
import type {
  HttpRequest,
  RequestOutcome,
  RequestTrail,
  TrafficState,
} from "../../server/contracts/index.ts";
import { useRead, useWire } from "../socket/index.ts";

const stateMs = 2_000;
/** The workspace stops traffic that nobody asks for, so a page that shows something else asks on. */
const aliveMs = 20_000;
const trailMs = 700;

export interface TrafficRun {
  readonly state: TrafficState | undefined;
  readonly error: string | undefined;
  start(plan: { request: HttpRequest; rate: number; seconds: number }): void;
  stop(): void;
}

/** What keeps running through the mesh for this learner. */
export function useTrafficRun({ ready, seen }: { ready: boolean; seen: boolean }): TrafficRun {
  const wire = useWire();
  const [running, setRunning] = useState(false);
  const { data, error, again } = useRead(
    "traffic:state",
    {},
    { enabled: ready, everyMs: seen ? stateMs : running ? aliveMs : undefined, background: running },
  );
  useEffect(() => setRunning(data?.running === true), [data]);
  const [refusal, setRefusal] = useState<string>();
  const tell = async (
    answer: Promise<{ ok: true } | { ok: false; error: { message: string } }> | undefined,
  ) => {
    const result = await answer;
    setRefusal(result?.ok === false ? result.error.message : undefined);
    again();
  };
  return {
    state: data,
    error: refusal ?? error,
    start: (plan) => void tell(wire?.read("traffic:start", plan)),
    stop: () => void tell(wire?.read("traffic:stop", {})),
  };
}

export interface SentRequest {
  readonly id: string | undefined;
  readonly outcome: RequestOutcome | undefined;
  readonly trail: RequestTrail | undefined;
  readonly sending: boolean;
  readonly error: string | undefined;
  send(request: HttpRequest): void;
  forget(): void;
}

/** One request and its way, which comes to light as the proxies write their logs. */
export function useSentRequest(): SentRequest {
  const wire = useWire();
  const [sent, setSent] = useState<{ id: string; outcome: RequestOutcome }>();
  const [trail, setTrail] = useState<RequestTrail>();
  const [sending, setSending] = useState(false);
  const [error, setError] = useState<string>();
  const send = useCallback(
    async (request: HttpRequest) => {
      setSending(true);
      setError(undefined);
      setSent(undefined);
      setTrail(undefined);
      const result = await wire?.read("request:send", request);
      setSending(false);
      if (!result) setError("Not connected to the server just now.");
      else if (result.ok) setSent(result.value);
      else setError(result.error.message);
    },
    [wire],
  );
  const id = sent?.outcome.kind === "cannot" ? undefined : sent?.id;
  useEffect(() => {
    if (!wire || id === undefined) return;
    let over = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = async () => {
      const result = await wire.read("request:trail", { id });
      if (over) return;
      if (result.ok) setTrail(result.value);
      else setError(result.error.message);
      if (result.ok && !result.value.settled) timer = setTimeout(() => void look(), trailMs);
    };
    void look();
    return () => {
      over = true;
      clearTimeout(timer);
    };
  }, [wire, id]);
  return {
    ...{ id: sent?.id, outcome: sent?.outcome, trail, sending, error },
    send: (request) => void send(request),
    forget: () => {
      setSent(undefined);
      setTrail(undefined);
      setError(undefined);
    },
  };
}
