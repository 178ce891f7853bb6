import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import http from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { WebSocketServer } from "ws";
import { istioctl } from "../istioctl.ts";

export interface FakeApiOptions {
  /** Answers to GET by path, without query. Everything else is NotFound. */
  readonly objects: Readonly<Record<string, object>>;
  /** What a command in a container prints, by `POD COMMAND …`. Everything else ends with exit code 1. */
  readonly commands: Readonly<Record<string, string>>;
}

export interface FakeApi {
  /** Runs istioctl against it. */
  run(...words: string[]): Promise<{ exitCode: number; stdout: string; stderr: string }>;
  close(): Promise<void>;
}

/** As much of an API server as istioctl asks: objects, and commands in containers over v5.channel.k8s.io. */
export async function fakeApi({ objects, commands }: FakeApiOptions): Promise<FakeApi> {
  const server = http.createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "", "http://api");
    const found = objects[pathname];
    const [, resource, name] = /([a-z]+)\/([^/]+)$/.exec(pathname) ?? [];
    const group = pathname.startsWith("/apis/apps/") ? ".apps" : "";
    const message = `${resource}${group} "${name}" not found`;
    response.writeHead(found ? 200 : 404, { "content-type": "application/json" });
    response.end(JSON.stringify(found ?? { kind: "Status", reason: "NotFound", message, code: 404 }));
  });
  const sockets = new WebSocketServer({
    noServer: true,
    handleProtocols: (offered) => [...offered][0] ?? false,
  });
  server.on("upgrade", (request, socket, head) => {
    const url = new URL(request.url ?? "", "http://api");
    const pod = url.pathname.split("/").at(-2) ?? "";
    if (!url.searchParams.get("container") || pod.startsWith("plain")) {
      const body = JSON.stringify({ message: `container istio-proxy is not valid for pod ${pod}` });
      socket.end(`HTTP/1.1 400 Bad Request\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
      return;
    }
    sockets.handleUpgrade(request, socket, head, (client) => {
      const printed = commands[[pod, ...url.searchParams.getAll("command")].join(" ")];
      if (printed !== undefined) client.send(Buffer.concat([Buffer.from([1]), Buffer.from(printed)]));
      else client.send(Buffer.concat([Buffer.from([2]), Buffer.from("no such command\n")]));
      const failed = { status: "Failure", details: { causes: [{ reason: "ExitCode", message: "1" }] } };
      const end = printed !== undefined ? { status: "Success" } : failed;
      client.send(Buffer.concat([Buffer.from([3]), Buffer.from(JSON.stringify(end))]));
      client.close();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  const folder = mkdtempSync(path.join(tmpdir(), "meshwork-istioctl-"));
  const kubeconfig = path.join(folder, "kubeconfig");
  writeFileSync(kubeconfig, kubeconfigFor(`http://127.0.0.1:${port}`));
  return {
    run: (...words) => runIstioctl(words, kubeconfig),
    async close() {
      rmSync(folder, { recursive: true });
      sockets.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Runs istioctl and keeps what it says. */
export async function runIstioctl(words: readonly string[], kubeconfig?: string, version = "1.21.6") {
  const said = { stdout: "", stderr: "" };
  const exitCode = await istioctl([...(kubeconfig ? ["--kubeconfig", kubeconfig] : []), ...words], {
    version,
    stdout: (text) => {
      said.stdout += text;
    },
    stderr: (text) => {
      said.stderr += text;
    },
  });
  return { exitCode, ...said };
}

export const kubeconfigFor = (server: string): string =>
  JSON.stringify({
    "current-context": "practice",
    clusters: [{ name: "practice", cluster: { server } }],
    users: [{ name: "learner", user: { token: "t" } }],
    contexts: [{ name: "practice", context: { cluster: "practice", user: "learner" } }],
  });
