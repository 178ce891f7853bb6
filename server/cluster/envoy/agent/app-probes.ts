import type { ContainerContext } from "../../container/index.ts";
import { APP_REQUEST_MS } from "./limits.ts";
import { localRequest } from "./local-request.ts";

interface AppProber {
  readonly httpGet?: {
    readonly path?: string;
    readonly port: number | string;
    readonly scheme?: string;
    readonly httpHeaders?: readonly { readonly name: string; readonly value: string }[];
  };
  readonly tcpSocket?: { readonly port: number | string };
  readonly timeoutSeconds?: number;
}

/** The application's own probes, which the injector moved behind the agent (ISTIO_KUBE_APP_PROBERS). */
export function appProbers(env: Readonly<Record<string, string>>): ReadonlyMap<string, AppProber> {
  const text = env.ISTIO_KUBE_APP_PROBERS;
  if (!text) return new Map();
  try {
    const parsed: Record<string, AppProber> = JSON.parse(text);
    return new Map(Object.entries(parsed));
  } catch {
    return new Map(); // the injector writes it; unreadable means no probe is ours to answer
  }
}

/** Runs one probe from 127.0.0.6, which the redirect leaves alone; answers with the application's status. */
export async function runAppProbe(
  context: ContainerContext,
  prober: AppProber,
): Promise<{ status: number; body: string }> {
  const timeout = prober.timeoutSeconds ? prober.timeoutSeconds * 1000 : APP_REQUEST_MS;
  const target = { port: Number(prober.httpGet?.port ?? prober.tcpSocket?.port), timeout };
  if (prober.tcpSocket) {
    const connected = await localRequest(context, { ...target, connectOnly: true });
    return connected ? { status: 200, body: "" } : { status: 500, body: "" };
  }
  const headers = Object.fromEntries((prober.httpGet?.httpHeaders ?? []).map((one) => [one.name, one.value]));
  const path = prober.httpGet?.path ?? "/";
  const answer = await localRequest(context, {
    ...target,
    path: path.startsWith("/") ? path : `/${path}`,
    headers,
  });
  return answer ? { status: answer.status, body: "" } : { status: 500, body: "" };
}
