// The real kubectl against the API server alone: what only an unmodified client can prove.
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, get } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { systemClock } from "../base/index.ts";
import type { KubeletConnection } from "./index.ts";
import { type Harness, startHarness } from "./testing/harness.ts";

const { unpackKubectl }: { unpackKubectl(minor?: number): Promise<string> } = await import(
  new URL("../../../scripts/lib/kubectl.mjs", import.meta.url).href
);

interface Run {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

describe("kubectl", () => {
  const home = mkdtempSync(join(tmpdir(), "kubectl-"));
  const big = "x".repeat(1_200_000);
  const web = createServer((request, response) => {
    response.end(request.url === "/big" ? big : `hello ${request.url}`);
  });
  let api: Harness;
  let binary = "";
  const env = (): NodeJS.ProcessEnv => ({ ...process.env, HOME: home, KUBECONFIG: join(home, "config") });

  const kubectl = (args: readonly string[], stdin = ""): Promise<Run> =>
    new Promise((resolve) => {
      const child = execFile(binary, args, { env: env(), maxBuffer: 1e8 }, (error, out, err) =>
        resolve({ code: typeof error?.code === "number" ? error.code : 0, out, err }),
      );
      child.stdin?.end(stdin);
    });
  const ok = async (args: string, stdin = "") => {
    const { code, out, err } = await kubectl(args.split(" "), stdin);
    expect({ args, code, err }).toEqual({ args, code: 0, err: "" });
    return out;
  };

  beforeAll(async () => {
    binary = await unpackKubectl(35);
    web.listen(0, "127.0.0.1");
    await once(web, "listening");
    const dial = async () => connect((web.address() as AddressInfo).port, "127.0.0.1");
    const kubelet: KubeletConnection = {
      async logs(_pod, _options, sink) {
        sink.write("one\ntwo\n");
      },
      async exec(_pod, { command }, streams) {
        if (command[0] === "exit") return Number(command[1]);
        for await (const chunk of streams.stdin ?? []) streams.stdout?.write(chunk);
        return 0;
      },
      attach: async () => undefined,
      portForward: dial,
    };
    api = await startHarness({
      clock: systemClock,
      kubelet,
      dialer: { dialService: dial, dialPod: dial, dialAddress: dial },
    });
    const { url, caPem } = await api.server.listen({ port: 0 });
    const certificate = Buffer.from(caPem).toString("base64");
    const config = {
      apiVersion: "v1",
      kind: "Config",
      "current-context": "test",
      contexts: [{ name: "test", context: { cluster: "test", user: "test" } }],
      clusters: [{ name: "test", cluster: { server: url, "certificate-authority-data": certificate } }],
      users: [{ name: "test", user: { token: api.server.adminToken } }],
    };
    writeFileSync(join(home, "config"), JSON.stringify(config));
    await api.create("/api/v1/namespaces/default/pods", {
      metadata: { name: "web" },
      spec: { nodeName: "node", containers: [{ name: "web", image: "nginx" }] },
    });
    await api.request({
      method: "PATCH",
      path: "/api/v1/namespaces/default/pods/web/status",
      contentType: "application/merge-patch+json",
      body: { status: { phase: "Running" } },
    });
  });
  afterAll(() => {
    api.server.dispose();
    web.close();
    rmSync(home, { recursive: true, force: true });
  });

  it("[KC1] creates in protobuf, and applies, changes and deletes", async () => {
    expect(await ok("create deployment api --image=nginx --replicas=0")).toBe(
      "deployment.apps/api created\n",
    );
    expect(await ok("get deployment api -o jsonpath={.spec.replicas}")).toBe("0");
    const manifest = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {k: v}\n";
    expect(await ok("apply -f -", manifest)).toBe("configmap/a created\n");
    expect(await ok("apply -f -", manifest)).toBe("configmap/a unchanged\n");
    expect(await ok("apply -f -", manifest.replace("v}", "w}"))).toBe("configmap/a configured\n");
    expect(await ok("apply --server-side --force-conflicts -f -", manifest)).toBe(
      "configmap/a serverside-applied\n",
    );
    expect(await ok("set image deployment/api nginx=nginx:2")).toBe("deployment.apps/api image updated\n");
    expect(await ok("get deployment api -o jsonpath={.spec.template.spec.containers[*].image}")).toBe(
      "nginx:2",
    );
    expect(await ok("delete configmap a")).toBe('configmap "a" deleted from default namespace\n');
  });

  it("[KC2] is told of a misspelt field and of an unknown kind", async () => {
    const misspelt = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: b}\ndatta: {k: v}\n";
    expect(await kubectl(["apply", "-f", "-"], misspelt)).toEqual({
      code: 1,
      out: "",
      err: 'Error from server (BadRequest): error when creating "STDIN": ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: unknown field "datta"\n',
    });
    const unknown = "apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: b}\n";
    expect((await kubectl(["apply", "-f", "-"], unknown)).err).toBe(
      'error: resource mapping not found for name: "b" namespace: "" from "STDIN": no matches for kind "VirtualService" in version "networking.istio.io/v1"\nensure CRDs are installed first\n',
    );
  });

  it("[KC3] reads logs, runs commands, and learns exit codes", async () => {
    expect(await ok("logs web")).toBe("one\ntwo\n");
    expect(await ok("exec -i web -- cat", big)).toBe(big);
    expect(await kubectl(["exec", "web", "--", "exit", "7"])).toEqual({
      code: 7,
      out: "",
      err: "command terminated with exit code 7\n",
    });
    expect(await ok("get --raw /api/v1/namespaces/default/pods/web:80/proxy/x?y=1")).toBe("hello /x?y=1");
  });

  it("[KC4] forwards ports, several connections at once", async () => {
    const child = spawn(binary, ["port-forward", "pod/web", ":80"], { env: env() });
    const [first] = await once(child.stdout, "data");
    const port = Number(/127\.0\.0\.1:(\d+)/.exec(String(first))?.[1]);
    const fetched = (path: string) =>
      new Promise<number>((resolve, reject) => {
        get({ host: "127.0.0.1", port, path, agent: false }, (answer) => {
          let length = 0;
          answer.on("data", (part: Buffer) => {
            length += part.length;
          });
          answer.on("end", () => resolve(length));
        }).on("error", reject);
      });
    expect(await Promise.all(["/big", "/big", "/x"].map(fetched))).toEqual([big.length, big.length, 8]);
    child.kill();
    await once(child, "exit");
  });

  it("[KC5] explains fields and lists what there is", async () => {
    expect(await ok("explain deployment.spec.replicas")).toContain("FIELD: replicas <integer>");
    expect(await ok("api-resources --api-group=apps -o name")).toContain("deployments.apps\n");
    expect(await ok("auth can-i create pods")).toBe("yes\n");
    expect(await ok("wait --for=jsonpath={.status.phase}=Running pod/web --timeout=5s")).toBe(
      "pod/web condition met\n",
    );
  });
});
