import { request as httpsRequest } from "node:https";
import { isIP } from "node:net";
import type { Duplex } from "node:stream";
import { connect as tlsConnect } from "node:tls";
import { isObject, type JsonObject, objectOf, stringOf, valueAt } from "../../apimachinery/index.ts";
import type { Clock } from "../../base/index.ts";
import type { ServiceDialer } from "../kubelet-connection.ts";
import { WEBHOOK_ANSWER_BYTES } from "../limits.ts";

export interface WebhookClientDeps {
  readonly clock: Clock;
  dialer(): ServiceDialer | undefined;
  /** A service's ClusterIP, or undefined when there is no such service. */
  clusterIP(namespace: string, name: string): string | undefined;
}

/** Sends one AdmissionReview to a webhook over TLS. Rejects with an error whose message reads as Go's would. */
export async function callWebhook(
  webhook: JsonObject,
  review: object,
  deps: WebhookClientDeps,
): Promise<JsonObject> {
  const seconds = typeof webhook.timeoutSeconds === "number" ? webhook.timeoutSeconds : 10;
  const config = objectOf(webhook.clientConfig);
  const target = targetOf(config, seconds);
  const abort = new AbortController();
  const timer = deps.clock.setTimeout(() => abort.abort(), seconds * 1000);
  try {
    return await post(target, { config, review, deps, signal: abort.signal });
  } catch (error) {
    const reason = abort.signal.aborted ? "context deadline exceeded" : goMessage(error, target, deps);
    throw new Error(`failed to call webhook: Post "${target.url}": ${reason}`, { cause: error });
  } finally {
    timer.dispose();
  }
}

interface Target {
  readonly url: string;
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly service?: { readonly namespace: string; readonly name: string; readonly port: number };
}

function targetOf(config: JsonObject, seconds: number): Target {
  const timeout = `timeout=${seconds}s`;
  if (isObject(config.service)) {
    const { namespace, name, path, port } = config.service;
    const number = typeof port === "number" ? port : 443;
    const host = `${stringOf(name)}.${stringOf(namespace)}.svc`;
    const full = `${stringOf(path) || "/"}?${timeout}`;
    const service = { namespace: stringOf(namespace), name: stringOf(name), port: number };
    return { url: `https://${host}:${number}${full}`, host, port: number, path: full, service };
  }
  const url = new URL(stringOf(config.url));
  url.searchParams.set("timeout", `${seconds}s`);
  const port = Number(url.port) || 443;
  return { url: url.href, host: url.hostname, port, path: `${url.pathname}${url.search}` };
}

interface PostOptions {
  readonly config: JsonObject;
  readonly review: object;
  readonly deps: WebhookClientDeps;
  readonly signal: AbortSignal;
}

async function post(target: Target, { config, review, deps, signal }: PostOptions): Promise<JsonObject> {
  const bundle = stringOf(config.caBundle);
  const ca = bundle ? Buffer.from(bundle, "base64") : undefined;
  const body = Buffer.from(JSON.stringify(review));
  const socket = await dial(target, deps);
  return new Promise((resolve, reject) => {
    const secure = tlsConnect({
      ...{ socket, host: target.host, ALPNProtocols: ["http/1.1"] },
      ...(isIP(target.host) === 0 ? { servername: target.host } : {}),
      ...(ca ? { ca } : {}),
    });
    secure.on("error", reject);
    const outgoing = httpsRequest(
      target.url,
      {
        method: "POST",
        signal,
        // Node takes createConnection only from a request that has no agent at all.
        createConnection: () => secure,
        headers: {
          "Content-Type": "application/json",
          "Content-Length": body.length,
          "User-Agent": "kube-apiserver-admission",
          Host: target.service ? `${target.host}:${target.service.port}` : target.host,
        },
      },
      (answer) => {
        const parts: Buffer[] = [];
        let length = 0;
        answer.on("data", (part: Buffer) => {
          parts.push(part);
          length += part.length;
          if (length > WEBHOOK_ANSWER_BYTES) outgoing.destroy(new Error("http: response body too large"));
        });
        answer.on("error", reject);
        answer.on("end", () => {
          socket.destroy();
          try {
            resolve(parse(answer.statusCode ?? 0, Buffer.concat(parts).toString("utf8")));
          } catch (error) {
            reject(error);
          }
        });
      },
    );
    outgoing.on("error", (error) => {
      socket.destroy();
      reject(error);
    });
    outgoing.end(body);
  });
}

/** Over the practice network only: whoever writes a webhook's URL must not reach what is around this process. */
function dial({ service, host, port }: Target, deps: WebhookClientDeps): Promise<Duplex> {
  if (service && deps.clusterIP(service.namespace, service.name) === undefined)
    throw new Error(`service "${service.name}" not found`);
  const dialer = deps.dialer();
  if (!dialer) throw new Error("no network is connected");
  return service ? dialer.dialService(service) : dialer.dialAddress({ host, port });
}

function parse(code: number, text: string): JsonObject {
  if (code < 200 || code > 299) {
    throw new Error(
      text.trim() || `the server responded with the status code ${code} but did not return more information`,
    );
  }
  const review: unknown = JSON.parse(text);
  const response = valueAt(review, "response");
  if (!isObject(response)) throw new Error("webhook response was absent");
  return response;
}

function goMessage(error: unknown, target: Target, deps: WebhookClientDeps): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const address = target.service
    ? `${deps.clusterIP(target.service.namespace, target.service.name)}:${target.service.port}`
    : `${target.host}:${target.port}`;
  switch (code) {
    case "ECONNREFUSED":
      return `dial tcp ${address}: connect: connection refused`;
    case "EHOSTUNREACH":
      return `dial tcp ${address}: connect: no route to host`;
    case "ETIMEDOUT":
      return `dial tcp ${address}: i/o timeout`;
    case "ECONNRESET":
      return `read tcp ${address}: connection reset by peer`;
    case "ENOTFOUND":
      return `dial tcp: lookup ${target.host}: no such host`;
    case "CERT_SIGNATURE_FAILURE":
    case "SELF_SIGNED_CERT_IN_CHAIN":
    case "DEPTH_ZERO_SELF_SIGNED_CERT":
    case "UNABLE_TO_VERIFY_LEAF_SIGNATURE":
    case "UNABLE_TO_GET_ISSUER_CERT":
    case "UNABLE_TO_GET_ISSUER_CERT_LOCALLY":
      return "tls: failed to verify certificate: x509: certificate signed by unknown authority";
    case "CERT_HAS_EXPIRED":
      return "tls: failed to verify certificate: x509: certificate has expired or is not yet valid";
    case "ERR_TLS_CERT_ALTNAME_INVALID":
      return `tls: failed to verify certificate: x509: certificate is not valid for ${target.host}`;
    default:
      return error instanceof Error ? error.message : String(error);
  }
}
