import type { PushContext } from "../push/push-context.ts";

export type Direction = "outbound" | "inbound";

export const outboundCluster = (port: number, subset: string, host: string): string =>
  `outbound|${port}|${subset}|${host}`;

export const inboundCluster = (port: number): string => `inbound|${port}||`;

/** The name a client sends as SNI, so that a gateway could route the still encrypted connection. */
export const clusterSni = (port: number, subset: string, host: string): string =>
  `outbound_.${port}_.${subset}_.${host}`;

/** Inverse of outboundCluster. */
export function parseOutboundCluster(
  name: string,
): { readonly port: number; readonly subset: string; readonly host: string } | undefined {
  const [direction, port, subset, host] = name.split("|");
  if (direction !== "outbound" || !port || subset === undefined || !host) return undefined;
  return { port: Number(port), subset, host };
}

export const BLACK_HOLE = "BlackHoleCluster";
export const PASSTHROUGH = "PassthroughCluster";

export function inboundPassthrough(push: PushContext): string {
  return push.gates.inboundPassthroughClusters[0] ?? "InboundPassthroughCluster";
}

/** Where a resource comes from, as `proxy-config` shows it. */
export const configPath = (
  kind: "virtual-service" | "destination-rule",
  namespace: string,
  name: string,
): string => `/apis/networking.istio.io/v1alpha3/namespaces/${namespace}/${kind}/${name}`;

export const spiffe = (trustDomain: string, namespace: string, account: string): string =>
  `spiffe://${trustDomain}/ns/${namespace}/sa/${account}`;
