import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { type WebSocket, WebSocketServer } from "ws";

export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** A small HTTPS server that answers as a test says, with the kubeconfig to reach it. */
export interface TestApiServer {
  readonly kubeconfig: string;
  /** Every request's method and URL, in order. */
  readonly requests: string[];
  readonly authorizations: (string | undefined)[];
  /** Answers GETs whose path begins so; the last one added is asked first. */
  on(prefix: string, answer: Answer): void;
  onExec(handle: (socket: WebSocket, url: URL) => void): void;
  close(): Promise<void>;
}

export async function startTestApiServer(): Promise<TestApiServer> {
  const folder = await mkdtemp(join(tmpdir(), "meshwork-kube-"));
  const { certificate, key } = await selfSigned(folder);
  const answers: { prefix: string; answer: Answer }[] = [];
  const requests: string[] = [];
  const authorizations: (string | undefined)[] = [];
  const server = createServer({ cert: certificate, key }, (request, response) => {
    requests.push(`${request.method} ${request.url}`);
    authorizations.push(request.headers.authorization);
    const found = answers.find(({ prefix }) => request.url?.startsWith(prefix));
    if (found) found.answer(request, response);
    else
      sendStatus(response, {
        code: 404,
        reason: "NotFound",
        message: "the server could not find the requested resource",
      });
  });
  const sockets = new WebSocketServer({ server, handleProtocols: () => "v5.channel.k8s.io" });
  const port = await listen(server);
  const kubeconfig = join(folder, "config");
  await writeFile(kubeconfig, kubeconfigText(port, certificate));
  return {
    kubeconfig,
    requests,
    authorizations,
    on: (prefix, answer) => answers.unshift({ prefix, answer }),
    onExec: (handle) =>
      sockets.on("connection", (socket, request) =>
        handle(socket, new URL(request.url ?? "/", "https://api")),
      ),
    async close() {
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true });
    },
  };
}

export function sendJson(response: ServerResponse, body: unknown): void {
  response.writeHead(200, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}

export function sendStatus(
  response: ServerResponse,
  status: { code: number; reason: string; message: string },
): void {
  response.writeHead(status.code, { "content-type": "application/json" });
  response.end(JSON.stringify({ kind: "Status", apiVersion: "v1", status: "Failure", ...status }));
}

export function frame(channel: number, text: string): Buffer {
  return Buffer.concat([Buffer.from([channel]), Buffer.from(text)]);
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

async function selfSigned(folder: string): Promise<{ certificate: string; key: string }> {
  const [crt, keyFile] = [join(folder, "tls.crt"), join(folder, "tls.key")];
  const words = [
    "req",
    "-x509",
    "-newkey",
    "ec",
    "-pkeyopt",
    "ec_paramgen_curve:prime256v1",
    "-nodes",
    "-days",
    "2",
  ];
  const names = ["-subj", "/CN=test-api-server", "-addext", "subjectAltName=IP:127.0.0.1"];
  await promisify(execFile)("openssl", [...words, ...names, "-keyout", keyFile, "-out", crt]);
  return { certificate: await readFile(crt, "utf8"), key: await readFile(keyFile, "utf8") };
}

function kubeconfigText(port: number, certificate: string): string {
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [
      {
        name: "test",
        cluster: {
          server: `https://127.0.0.1:${port}`,
          "certificate-authority-data": Buffer.from(certificate).toString("base64"),
        },
      },
    ],
    users: [{ name: "learner", user: { token: "sesame" } }],
    contexts: [{ name: "test", context: { cluster: "test", user: "learner" } }],
    "current-context": "test",
  });
}
