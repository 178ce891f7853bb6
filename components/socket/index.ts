export type { ConnectionState } from "./connection.ts";
export {
  ConnectionProvider,
  useConnectedEpoch,
  useConnectionState,
  useRetryNow,
  useWire,
} from "./connection-provider.tsx";
export { type ReadOptions, type ReadUse, useRead } from "./use-read.ts";
export type { Wire } from "./wire.ts";
