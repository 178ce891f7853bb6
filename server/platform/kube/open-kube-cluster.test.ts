import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { KubeError } from "./kube-error.ts";
import { type OpenKubeCluster, openKubeCluster } from "./open-kube-cluster.ts";
import {
  frame,
  sendJson,
  sendStatus,
  startTestApiServer,
  type TestApiServer,
} from "./testing/test-api-server.ts";

const pods = { group: "", version: "v1", resource: "pods" };
const policies = { group: "security.istio.io", version: "v1beta1", resource: "peerauthentications" };
const pod = (name: string) => ({ metadata: { name, namespace: "shop" } });

describe("a cluster opened by kubeconfig", () => {
  let server: TestApiServer;
  let cluster: OpenKubeCluster;

  beforeEach(async () => {
    server = await startTestApiServer();
    cluster = await openKubeCluster({ kubeconfig: server.kubeconfig });
  });
  afterEach(async () => {
    cluster.close();
    await server.close();
  });

  it("lists page by page, with the token of the kubeconfig", async () => {
    server.on("/api/v1/namespaces/shop/pods", (request, response) => {
      const second = request.url?.includes("continue=more") === true;
      sendJson(response, {
        metadata: second ? { resourceVersion: "9" } : { resourceVersion: "9", continue: "more" },
        items: second ? [pod("b")] : [pod("a")],
      });
    });

    const found = await cluster.list(pods, { namespace: "shop", labelSelector: "app=web api" });

    expect(found.map((item) => item.metadata.name)).toEqual(["a", "b"]);
    expect(server.requests).toEqual([
      "GET /api/v1/namespaces/shop/pods?labelSelector=app%3Dweb+api&limit=500",
      "GET /api/v1/namespaces/shop/pods?labelSelector=app%3Dweb+api&limit=500&continue=more",
    ]);
    expect(server.authorizations).toEqual(["Bearer sesame", "Bearer sesame"]);
  });

  it("refuses with the API's own reason and message", async () => {
    server.on("/apis/security.istio.io/", (_request, response) =>
      sendStatus(response, { code: 403, reason: "Forbidden", message: 'User "learner" cannot get it' }),
    );
    await expect(cluster.get(policies, { namespace: "istio-system", name: "default" })).rejects.toEqual(
      new KubeError({ reason: "Forbidden", status: 403 }, 'User "learner" cannot get it'),
    );
    await expect(cluster.get(pods, { namespace: "shop", name: "gone" })).rejects.toMatchObject({
      reason: "NotFound",
    });
  });

  it("tells an aborted call from an unreachable server", async () => {
    server.on("/api/v1/pods", () => undefined); // never answers
    const stop = new AbortController();
    const call = cluster.list(pods, { signal: stop.signal });
    stop.abort();
    await expect(call).rejects.toMatchObject({ reason: "Aborted" });
    await server.close();
    await expect(cluster.list(pods)).rejects.toMatchObject({ reason: "Unreachable" });
    server = await startTestApiServer();
  });

  it("escapes names, so that one cannot reach another path", async () => {
    await expect(cluster.get(pods, { namespace: "../..", name: "a/b?c" })).rejects.toMatchObject({
      reason: "NotFound",
    });
    expect(server.requests).toEqual(["GET /api/v1/namespaces/..%2F../pods/a%2Fb%3Fc"]);
  });

  it("reads a service through the API server", async () => {
    server.on("/api/v1/namespaces/istio-system/services/prometheus:9090/proxy/", (request, response) => {
      response.end(`asked ${request.url?.split("/proxy")[1]}`);
    });
    const request = {
      namespace: "istio-system",
      service: "prometheus",
      port: 9090,
      path: "/api/v1/query?query=up",
    };
    expect(await cluster.serviceProxyGet(request)).toBe("asked /api/v1/query?query=up");
  });

  it("finds the resource of a kind by discovery, once", async () => {
    server.on("/apis/apps/v1", (_request, response) =>
      sendJson(response, {
        resources: [
          { name: "deployments/scale", kind: "Deployment", namespaced: true },
          { name: "deployments", kind: "Deployment", namespaced: true },
        ],
      }),
    );
    const expected = { group: "apps", version: "v1", resource: "deployments", namespaced: true };
    expect(await cluster.resourceOf("apps/v1", "Deployment")).toEqual(expected);
    expect(await cluster.resourceOf("apps/v1", "Deployment")).toEqual(expected);
    expect(server.requests).toHaveLength(1);
    await expect(cluster.resourceOf("apps/v1", "Deploymint")).rejects.toMatchObject({
      reason: "NotFound",
      message: 'apps/v1 has no kind "Deploymint"',
    });
  });

  it("executes a command and gives output, errors and the exit code apart", async () => {
    server.onExec((socket, url) => {
      socket.send(frame(1, `out of ${url.searchParams.getAll("command").join(" ")}`));
      socket.send(frame(2, "curl: (56) Recv failure"));
      const failure = {
        reason: "NonZeroExitCode",
        details: { causes: [{ reason: "ExitCode", message: "56" }] },
      };
      socket.send(frame(3, JSON.stringify({ status: "Failure", ...failure })));
      socket.close();
    });
    const request = {
      namespace: "default",
      pod: "sleep-1",
      container: "sleep",
      command: ["curl", "http://a b/"],
    };
    expect(await cluster.exec(request)).toEqual({
      stdout: "out of curl http://a b/",
      stderr: "curl: (56) Recv failure",
      exitCode: 56,
    });
  });

  it("an exec that could not start is a refusal, not an exit code", async () => {
    server.onExec((socket) => {
      const message = 'executable file not found: "crul"';
      socket.send(frame(3, JSON.stringify({ status: "Failure", reason: "InternalError", message })));
    });
    const request = { namespace: "default", pod: "sleep-1", container: "sleep", command: ["crul"] };
    await expect(cluster.exec(request)).rejects.toMatchObject({
      message: 'executable file not found: "crul"',
    });
  });

  it("says which context it uses, and refuses one that is not there", async () => {
    expect(cluster.identity()).toEqual({ context: "test", server: expect.stringMatching(/^https:\/\/127/) });
    const wrong = openKubeCluster({ kubeconfig: server.kubeconfig, context: "prod" });
    await expect(wrong).rejects.toMatchObject({
      reason: "Kubeconfig",
      message: `${server.kubeconfig} has no context "prod"`,
    });
  });
});
