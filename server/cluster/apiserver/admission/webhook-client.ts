import { request as httpsRequest } from "node:https";
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
    return { url: `https://${host}:${number}${full}`, host, path: full, service };
  }
  const url = new URL(stringOf(config.url));
  url.searchParams.set("timeout", `${seconds}s`);
  return { url: url.href, host: url.hostname, path: `${url.pathname}${url.search}` };
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
    const secure = socket
      ? tlsConnect({ socket, servername: target.host, ...(ca ? { ca } : {}), ALPNProtocols: ["http/1.1"] })
      : undefined;
    secure?.on("error", reject);
    const outgoing = httpsRequest(
      target.url,
      {
        method: "POST",
        signal,
        // Node takes createConnection only from a request that has no agent at all.
        ...(secure ? { createConnection: () => secure } : { agent: false }),
        ...(ca ? { ca } : {}),
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
          socket?.destroy();
          try {
            resolve(parse(answer.statusCode ?? 0, Buffer.concat(parts).toString("utf8")));
          } catch (error) {
            reject(error);
          }
        });
      },
    );
    outgoing.on("error", (error) => {
      socket?.destroy();
      reject(error);
    });
    outgoing.end(body);
  });
}

function dial(target: Target, deps: WebhookClientDeps): Promise<Duplex | undefined> {
  if (!target.service) return Promise.resolve(undefined);
  const { namespace, name } = target.service;
  if (deps.clusterIP(namespace, name) === undefined) throw new Error(`service "${name}" not found`);
  const dialer = deps.dialer();
  if (!dialer) throw new Error("no network is connected");
  return dialer.dialService(target.service);
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
    : target.host;
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
