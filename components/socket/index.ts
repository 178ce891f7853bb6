export type { ConnectionState } from "./connection.ts";
export {
  ConnectionProvider,
  useConnectedEpoch,
  useConnectionState,
  useRetryNow,
  useWire,
} from "./connection-provider.tsx";
export type { Wire } from "./wire.ts";
