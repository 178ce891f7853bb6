import type { EnvoyProxy } from "../proxy.ts";

export interface AdminAnswer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

export interface AdminDeps {
  readonly proxy: EnvoyProxy;
  /** Whether the proxy has its first configuration. */
  readonly live: () => boolean;
  readonly versions: { readonly istio: string; readonly envoy: string };
  readonly defaultLevel: string;
  /** POST /quitquitquit. */
  readonly quit?: () => void;
}
