export { ensureBootstrapPolicy } from "./authorization/seed.ts";
export type { UserInfo } from "./filters/user.ts";
export type { ApiRequest, Transport } from "./in-process.ts";
export type {
  ExecStreams,
  KubeletConnection,
  PodLogOptions,
  PodReference,
  ServiceDialer,
} from "./kubelet-connection.ts";
export { packObjects, unpackObjects } from "./registry/object-snapshot.ts";
export { openObjectStorage } from "./registry/object-storage.ts";
export { type ApiServer, type ApiServerDeps, createApiServer, type ListenOptions } from "./server.ts";
