import { systemClock } from "../base/index.ts";
import { createTestCa } from "../envoy/testing/certificates.ts";

export interface Pair {
  readonly cert: string;
  readonly key: string;
}

const servers = await createTestCa(systemClock.now());
const clients = await createTestCa(systemClock.now());

export const PAIR: Pair = await servers.issue({ dns: "a.example" });
export const OTHER_PAIR: Pair = await servers.issue({ dns: "b.example" });
export const CLIENT_PAIR: Pair = await clients.issue({ dns: "client.example" });
export const CLIENT_CA: string = clients.pem;

const base64 = (text: string) => Buffer.from(text).toString("base64");

/** A Secret beside the ingress gateway. */
export function secretOf(name: string, { cert, key, ca }: Pair & { readonly ca?: string }): string {
  return `
apiVersion: v1
kind: Secret
metadata: {name: ${name}, namespace: istio-system}
type: kubernetes.io/tls
data: {tls.crt: ${base64(cert)}, tls.key: ${base64(key)}${ca ? `, ca.crt: ${base64(ca)}` : ""}}
---`;
}
