import { Agent as HttpAgent, type RequestOptions as HttpRequestOptions } from "node:http";
import { Agent as HttpsAgent, type RequestOptions } from "node:https";
import type { KubeConfig } from "@kubernetes/client-node";
import { KubeError } from "./kube-error.ts";
import { limits } from "./limits.ts";
import { type PlainAccess, readPlainAccess } from "./plain-access.ts";
import type { ClusterIdentity } from "./types.ts";

/** How to reach one API server: where it is, and what each request has to carry. */
export interface KubeConnection extends ClusterIdentity {
  /** Fresh for every request: tokens of real clusters expire. */
  requestOptions(): Promise<Pick<HttpRequestOptions, "agent" | "headers" | "auth"> & TlsOptions>;
  close(): void;
}

export interface TlsOptions {
  readonly ca?: RequestOptions["ca"];
  readonly cert?: RequestOptions["cert"];
  readonly key?: RequestOptions["key"];
  readonly rejectUnauthorized?: boolean | undefined;
  readonly servername?: string | undefined;
}

/**
 * Reads the kubeconfig. client-node costs some 400 ms and 25 MB, so it is loaded only for a file that needs more than
 * reading, as the practice cluster's does not.
 */
export async function openConnection(kubeconfig: string, context?: string): Promise<KubeConnection> {
  const plain = await readPlainAccess(kubeconfig, context);
  return plain ? plainConnection(plain) : clientNodeConnection(kubeconfig, context);
}

function plainConnection({ context, server, token, ...tls }: PlainAccess): KubeConnection {
  const agents = new AgentPool(server.startsWith("https:"));
  const headers = token ? { Authorization: `Bearer ${token}` } : {};
  return {
    context,
    server: server.replace(/\/+$/, ""),
    requestOptions: async () => ({ ...tls, agent: agents.agentFor(tls), headers, auth: null }),
    close: () => agents.close(),
  };
}

async function clientNodeConnection(kubeconfig: string, context?: string): Promise<KubeConnection> {
  const config = await loadConfig(kubeconfig, context);
  const cluster = config.getCurrentCluster();
  if (!cluster)
    throw new KubeError(
      { reason: "Kubeconfig" },
      `${kubeconfig} names no cluster for context "${config.currentContext}"`,
    );
  const agents = new AgentPool(cluster.server.startsWith("https:"));
  return {
    context: config.currentContext,
    server: cluster.server.replace(/\/+$/, ""),
    async requestOptions() {
      const options: RequestOptions = {};
      await config.applyToHTTPSOptions(options);
      const { ca, cert, key, rejectUnauthorized, servername, headers, auth } = options;
      const tls: TlsOptions = { ca, cert, key, rejectUnauthorized, servername };
      const agent = cluster.proxyUrl === undefined ? agents.agentFor(tls) : options.agent;
      return { ...tls, agent, headers: headers ?? {}, auth: auth ?? null };
    },
    close: () => agents.close(),
  };
}

async function loadConfig(kubeconfig: string, context?: string): Promise<KubeConfig> {
  const { KubeConfig } = await import("@kubernetes/client-node");
  const config = new KubeConfig();
  try {
    config.loadFromFile(kubeconfig);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new KubeError({ reason: "Kubeconfig" }, `${kubeconfig} cannot be read as a kubeconfig: ${why}`, {
      cause,
    });
  }
  if (context !== undefined) {
    if (!config.getContextObject(context))
      throw new KubeError({ reason: "Kubeconfig" }, `${kubeconfig} has no context "${context}"`);
    config.setCurrentContext(context);
  }
  return config;
}

/** Keeps connections open between requests; client-node would make an agent, and a handshake, for each. */
class AgentPool {
  private readonly secure: boolean;
  private current: { readonly key: string; readonly agent: HttpAgent } | undefined;

  constructor(secure: boolean) {
    this.secure = secure;
  }

  agentFor(tls: TlsOptions): HttpAgent {
    const key = JSON.stringify(
      [tls.ca, tls.cert, tls.key, tls.rejectUnauthorized, tls.servername].map(String),
    );
    if (this.current?.key === key) return this.current.agent;
    this.close();
    const kept = { keepAlive: true, maxSockets: limits.socketsPerCluster };
    const agent = this.secure ? new HttpsAgent({ ...kept, ...tls }) : new HttpAgent(kept);
    this.current = { key, agent };
    return agent;
  }

  close(): void {
    this.current?.agent.destroy();
    this.current = undefined;
  }
}
