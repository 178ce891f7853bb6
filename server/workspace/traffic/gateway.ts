import { type ClientRequest, request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import type { HttpRequest, RequestOutcome } from "../../contracts/index.ts";
import { limits } from "./limits.ts";

interface Deps {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly now: () => number;
  readonly signal: AbortSignal;
}

/** Where the ingress gateway answers from outside, as the learner's shell knows it. */
export function gatewayAddress(env: Deps["env"], secure: boolean) {
  const { GATEWAY_IP: host, INGRESS_PORT, SECURE_INGRESS_PORT } = env;
  const port = Number(secure ? SECURE_INGRESS_PORT : INGRESS_PORT);
  return host && Number.isInteger(port) && port > 0 ? { host, port } : undefined;
}

/**
 * From outside of the mesh to its gateway: the URL's host is the Host header and the name in the TLS handshake, the address
 * is always the gateway's. The certificate is not judged, as with `curl -k`: in a workshop it is the learner's own.
 */
export function sendToGateway(deps: Deps, request: HttpRequest): Promise<RequestOutcome> {
  const url = new URL(request.url);
  const secure = url.protocol === "https:";
  const address = gatewayAddress(deps.env, secure);
  if (!address)
    return Promise.resolve({
      kind: "cannot",
      why: "The ingress gateway's address is not known in this workspace: GATEWAY_IP and its port are not set.",
    });
  const options = {
    ...address,
    method: request.method,
    path: `${url.pathname}${url.search}`,
    headers: [["Host", url.host], ...request.headers.map(({ name, value }) => [name, value])].flat(),
    agent: false,
    signal: AbortSignal.any([deps.signal, AbortSignal.timeout(limits.requestMs)]),
  } as const;
  const begun = deps.now();
  return new Promise((resolve) => {
    const unanswered = (error: Error) =>
      resolve({
        kind: "unanswered",
        why: error.name === "TimeoutError" ? "no answer in time" : `${error.message}`.slice(0, 500),
        milliseconds: deps.now() - begun,
      });
    try {
      const sent: ClientRequest = secure
        ? httpsRequest({ ...options, servername: url.hostname, rejectUnauthorized: false })
        : httpRequest(options);
      sent.once("error", unanswered);
      sent.once("response", (response) => {
        collect(response).then(
          (body) =>
            resolve({
              kind: "answered",
              status: response.statusCode ?? 0,
              milliseconds: deps.now() - begun,
              text: `${headOf(response)}\n\n${body}`.slice(0, limits.answerCharacters),
            }),
          unanswered,
        );
      });
      sent.end();
    } catch (error) {
      // A header that node refuses to write.
      resolve({ kind: "cannot", why: error instanceof Error ? error.message : String(error) });
    }
  });
}

const headOf = ({ httpVersion, statusCode, statusMessage, rawHeaders }: IncomingMessage): string =>
  [
    `HTTP/${httpVersion} ${statusCode} ${statusMessage}`,
    ...rawHeaders.flatMap((name, index) => (index % 2 === 0 ? [`${name}: ${rawHeaders[index + 1]}`] : [])),
  ].join("\n");

async function collect(response: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of response) {
    const bytes = Buffer.from(part);
    size += bytes.length;
    parts.push(bytes);
    if (size > limits.answerBytes) break; // leaving the loop destroys the stream
  }
  return Buffer.concat(parts).toString("utf8");
}
