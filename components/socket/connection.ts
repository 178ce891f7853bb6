import { io, type Socket } from "socket.io-client";
import { reconnectDelay } from "./backoff.ts";
import { createWire, type Wire } from "./wire.ts";

export type ConnectionState =
  | { phase: "connecting" }
  | { phase: "connected"; recoveredAt?: number }
  | { phase: "reconnecting"; retryAt: number; attempt: number };

/** One connection of one page. Reconnects by itself, so that the page can say when; socket.io's own timer does not tell. */
export interface Connection {
  readonly wire: Wire;
  state(): ConnectionState;
  subscribe(listener: () => void): () => void;
  retryNow(): void;
  close(): void;
}

export function openConnection(): Connection {
  const socket: Socket = io({
    transports: ["websocket"],
    reconnection: false,
    autoConnect: false,
    timeout: 8_000,
  });
  const listeners = new Set<() => void>();
  let state: ConnectionState = { phase: "connecting" };
  let attempt = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let closed = false;

  const become = (next: ConnectionState) => {
    state = next;
    for (const listener of listeners) listener();
  };
  const schedule = () => {
    if (closed) return;
    clearTimeout(timer);
    const delay = reconnectDelay(attempt, Math.random());
    attempt += 1;
    become({ phase: "reconnecting", retryAt: Date.now() + delay, attempt });
    timer = setTimeout(() => socket.connect(), delay);
  };
  const retryNow = () => {
    if (closed || socket.connected || state.phase !== "reconnecting") return;
    clearTimeout(timer);
    socket.connect();
  };
  const handleVisible = () => {
    if (document.visibilityState === "visible") retryNow();
  };

  socket.on("connect", () => {
    const recovered = attempt > 0;
    attempt = 0;
    become(recovered ? { phase: "connected", recoveredAt: Date.now() } : { phase: "connected" });
  });
  // Where this page was, the server now shows how to sign in.
  socket.on("signed-out", () => window.location.reload());
  socket.on("disconnect", schedule);
  socket.on("connect_error", schedule);
  window.addEventListener("online", retryNow);
  document.addEventListener("visibilitychange", handleVisible);
  socket.connect();

  return {
    wire: createWire(socket),
    state: () => state,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    retryNow,
    close: () => {
      closed = true;
      clearTimeout(timer);
      window.removeEventListener("online", retryNow);
      document.removeEventListener("visibilitychange", handleVisible);
      socket.disconnect();
    },
  };
}
