import type { Clock, Disposable, Logger } from "../base/index.ts";
import type { Transport } from "../client/transport.ts";
import { TOKEN_RENEWAL_SHARE } from "./limits.ts";
import type { Pod, TokenSource } from "./pod.ts";

interface Held {
  readonly token: string;
  readonly renewal: Disposable;
}

/** Service account tokens of running pods, asked for by TokenRequest and renewed before they expire. */
export class TokenStore {
  private readonly held = new Map<string, Held>();

  constructor(private readonly deps: { transport: Transport; clock: Clock; logger: Logger }) {}

  /** Asks for a token unless one is held. Rejects when the API server refuses. */
  async ensure(pod: Pod, source: TokenSource): Promise<void> {
    if (!this.held.has(keyOf(pod, source))) await this.request(pod, source);
  }

  current(pod: Pod, source: TokenSource): string | undefined {
    return this.held.get(keyOf(pod, source))?.token;
  }

  forget(pod: Pod): void {
    for (const [key, { renewal }] of this.held) {
      if (!key.startsWith(`${pod.metadata.uid}/`)) continue;
      renewal.dispose();
      this.held.delete(key);
    }
  }

  private async request(pod: Pod, source: TokenSource): Promise<void> {
    const { transport, clock } = this.deps;
    const { namespace, name, uid } = pod.metadata;
    const account = pod.spec.serviceAccountName ?? "default";
    const answer = await transport.request({
      method: "POST",
      path: `/api/v1/namespaces/${namespace}/serviceaccounts/${account}/token`,
      body: {
        apiVersion: "authentication.k8s.io/v1",
        kind: "TokenRequest",
        metadata: {},
        spec: {
          audiences: source.audience === undefined ? [] : [source.audience],
          expirationSeconds: source.expirationSeconds ?? 3600,
          boundObjectRef: { kind: "Pod", apiVersion: "v1", name, uid },
        },
      },
    });
    const { token, expirationTimestamp } = statusOf(answer);
    const lifetime = Math.max(60_000, Date.parse(expirationTimestamp) - clock.now());
    const renew = () =>
      this.request(pod, source).catch((error: unknown) => {
        this.deps.logger.warn({ error: String(error), pod: name }, "a service account token was not renewed");
      });
    this.held.get(keyOf(pod, source))?.renewal.dispose();
    const renewal = clock.setTimeout(() => void renew(), lifetime * TOKEN_RENEWAL_SHARE);
    this.held.set(keyOf(pod, source), { token, renewal });
  }
}

const keyOf = (pod: Pod, source: TokenSource) =>
  `${pod.metadata.uid}/${source.audience ?? ""}/${source.expirationSeconds ?? ""}`;

function statusOf(answer: object): { token: string; expirationTimestamp: string } {
  const status: unknown = "status" in answer ? answer.status : undefined;
  if (
    typeof status !== "object" ||
    status === null ||
    !("token" in status) ||
    !("expirationTimestamp" in status)
  )
    throw new Error("the API server answered a TokenRequest without a token");
  return { token: String(status.token), expirationTimestamp: String(status.expirationTimestamp) };
}
