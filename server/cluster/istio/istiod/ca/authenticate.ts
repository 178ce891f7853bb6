import type { KubeObject } from "../../../apimachinery/index.ts";
import type { Transport } from "../../../client/index.ts";

export interface Identity {
  readonly namespace: string;
  readonly serviceAccount: string;
}

interface TokenReview extends KubeObject {
  readonly status?: {
    readonly authenticated?: boolean;
    readonly audiences?: readonly string[];
    readonly error?: string;
    readonly user?: { readonly username?: string };
  };
}

const AUDIENCE = "istio-ca";

/** Who holds a token, by asking the API server. Undefined: nobody it knows, or not meant for us. */
export async function authenticate(transport: Transport, token: string): Promise<Identity | undefined> {
  if (!token) return undefined;
  const reply = await transport.request({
    method: "POST",
    path: "/apis/authentication.k8s.io/v1/tokenreviews",
    body: {
      apiVersion: "authentication.k8s.io/v1",
      kind: "TokenReview",
      metadata: {},
      spec: { token, audiences: [AUDIENCE] },
    },
  });
  // The path promises a TokenReview.
  const { status } = reply as TokenReview;
  if (!status?.authenticated) return undefined;
  const [system, kind, namespace, serviceAccount] = (status.user?.username ?? "").split(":");
  if (system !== "system" || kind !== "serviceaccount" || !namespace || !serviceAccount) return undefined;
  return { namespace, serviceAccount };
}
