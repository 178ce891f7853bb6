export type { Connection, ConnectOptions, NetworkError, PodNetwork, RedirectRules } from "./types.ts";
