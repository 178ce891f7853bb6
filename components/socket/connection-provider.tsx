"use client";

import { createContext, type ReactNode, useContext, useEffect, useState, useSyncExternalStore } from "react";
import { type Connection, type ConnectionState, openConnection } from "./connection.ts";
import type { Wire } from "./wire.ts";

const ConnectionContext = createContext<Connection | undefined>(undefined);
const connecting: ConnectionState = { phase: "connecting" };
const nothing = () => undefined;

/** Opens the page's one connection after hydration and closes it with the page. */
export function ConnectionProvider({ children }: { children: ReactNode }) {
  const [connection, setConnection] = useState<Connection>();
  useEffect(() => {
    const opened = openConnection();
    setConnection(opened);
    return () => {
      opened.close();
      setConnection(undefined);
    };
  }, []);
  return <ConnectionContext.Provider value={connection}>{children}</ConnectionContext.Provider>;
}

export function useWire(): Wire | undefined {
  return useContext(ConnectionContext)?.wire;
}

export function useConnectionState(): ConnectionState {
  const connection = useContext(ConnectionContext);
  return useSyncExternalStore(
    connection?.subscribe ?? (() => nothing),
    () => connection?.state() ?? connecting,
    () => connecting,
  );
}

export function useRetryNow(): () => void {
  return useContext(ConnectionContext)?.retryNow ?? nothing;
}

/** Counts connections made: effects that must run after every (re)connect depend on it. Zero while not connected. */
export function useConnectedEpoch(): number {
  const state = useConnectionState();
  if (state.phase !== "connected") return 0;
  return state.recoveredAt ?? 1;
}
