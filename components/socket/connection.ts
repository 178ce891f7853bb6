import { io, type Socket } from "socket.io-client";
import { reconnectDelay } from "./backoff.ts";
import { tellOfTouches } from "./touches.ts";
import { createWire, type Wire } from "./wire.ts";

export type ConnectionState =
  | { phase: "connecting" }
  | { phase: "connected"; recoveredAt?: number }
  | { phase: "reconnecting"; retryAt: number; attempt: number }
  /** The workspace was stopped because nobody used it; nothing is tried until somebody says so. */
  | { phase: "stopped"; keptUntil: number };

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
    if (closed || state.phase === "stopped") return;
    clearTimeout(timer);
    const delay = reconnectDelay(attempt, Math.random());
    attempt += 1;
    become({ phase: "reconnecting", retryAt: Date.now() + delay, attempt });
    timer = setTimeout(() => socket.connect(), delay);
  };
  const retryNow = () => {
    if (closed || socket.connected) return;
    if (state.phase !== "reconnecting" && state.phase !== "stopped") return;
    clearTimeout(timer);
    // A new connection, for whoever counts them.
    attempt = Math.max(1, attempt);
    become({ phase: "reconnecting", retryAt: Date.now(), attempt });
    socket.connect();
  };
  const retryUnlessStopped = () => {
    if (state.phase !== "stopped") retryNow();
  };
  const handleVisible = () => {
    if (document.visibilityState === "visible") retryUnlessStopped();
  };

  socket.on("connect", () => {
    const recovered = attempt > 0;
    attempt = 0;
    become(recovered ? { phase: "connected", recoveredAt: Date.now() } : { phase: "connected" });
  });
  // Where this page was, the server now shows how to sign in.
  socket.on("signed-out", () => window.location.reload());
  socket.on("workspace:stopped", ({ keptUntil }: { keptUntil: number }) =>
    become({ phase: "stopped", keptUntil }),
  );
  socket.on("disconnect", schedule);
  socket.on("connect_error", schedule);
  window.addEventListener("online", retryUnlessStopped);
  const wire = createWire(socket);
  const endTouches = tellOfTouches(() => void wire.ask("presence:here", {}));
  document.addEventListener("visibilitychange", handleVisible);
  socket.connect();

  return {
    wire,
    state: () => state,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    retryNow,
    close: () => {
      closed = true;
      clearTimeout(timer);
      endTouches();
      window.removeEventListener("online", retryUnlessStopped);
      document.removeEventListener("visibilitychange", handleVisible);
      socket.disconnect();
    },
  };
}
