export type { ConnectionState } from "./connection.ts";
export {
  ConnectionProvider,
  useConnectedEpoch,
  useConnectionState,
  useRetryNow,
  useWire,
} from "./connection-provider.tsx";
export { useOwnClass } from "./use-own-class.ts";
export { type ReadOptions, type ReadUse, useRead } from "./use-read.ts";
export type { Wire } from "./wire.ts";
