import { describe, expect, it } from "vitest";
import type { ExecRequest } from "../../kube/index.ts";
import { evaluateCondition } from "../evaluate.ts";
import { condition, contextOf, deployment, pod } from "../testing/fixtures.ts";

const now = () => 7;
const sleeping = [deployment("sleep", "default"), pod("sleep", "default")];
const url = "http://web-api.istioinaction:8080/";
const refused = condition({ http: { from: { deploy: "sleep", ns: "default" }, url, fails: 56 } });
const reset = {
  exitCode: 56,
  stdout: "\n000",
  stderr: "curl: (56) Recv failure: Connection reset by peer\n",
};
const answered = { exitCode: 0, stdout: '{"name": "web-api"}\n\n200', stderr: "" };

describe("http conditions from a pod", () => {
  it("ask with the pod's curl and show the command a learner would type", async () => {
    const asked: ExecRequest[] = [];
    const context = contextOf({
      objects: sleeping,
      exec: async (request) => {
        asked.push(request);
        return answered;
      },
    });
    expect(await evaluateCondition(refused, { context, now })).toEqual({
      id: "it-holds",
      status: "failed",
      message: "It does not hold.",
      expected: "curl ends with exit code 56",
      actual: "HTTP 200",
      evidence: {
        command: "kubectl exec deploy/sleep -n default -- curl -s http://web-api.istioinaction:8080/",
        output: '{"name": "web-api"}',
      },
      next: "Make it so.",
      checkedAt: 7,
    });
    expect(asked.map(({ signal: _, ...request }) => request)).toEqual([
      {
        namespace: "default",
        pod: "sleep-1",
        container: "sleep",
        command: ["curl", "-sS", "--max-time", "5", "-w", "\\n%{http_code}", url],
      },
    ]);
  });

  it("pass when the connection is reset, and only then", async () => {
    const context = contextOf({ objects: sleeping, exec: async () => reset });
    expect(await evaluateCondition(refused, { context, now })).toMatchObject({
      status: "passed",
      actual: "curl ended with exit code 56: curl: (56) Recv failure: Connection reset by peer",
    });
    const timeout = contextOf({
      objects: sleeping,
      exec: async () => ({ ...reset, exitCode: 28, stderr: "timed out" }),
    });
    expect((await evaluateCondition(refused, { context: timeout, now })).status).toBe("failed");
  });

  it("compare status and body", async () => {
    const ok = condition({
      http: { from: { deploy: "sleep", ns: "default" }, url, status: 200, contains: "recommendation" },
    });
    const context = contextOf({ objects: sleeping, exec: async () => answered });
    expect(await evaluateCondition(ok, { context, now })).toMatchObject({
      status: "failed",
      expected: 'HTTP 200 with "recommendation" in the body',
    });
  });

  it("are unknown while there is no pod to ask from, or no curl in it", async () => {
    expect(await evaluateCondition(refused, { context: contextOf(), now })).toMatchObject({
      status: "unknown",
      message: 'This cannot be checked just now: deployments "sleep" not found',
    });
    const bare = contextOf({
      objects: sleeping,
      exec: async () => ({ exitCode: 127, stdout: "", stderr: "curl: not found" }),
    });
    expect(await evaluateCondition(refused, { context: bare, now })).toMatchObject({
      status: "unknown",
      message: "This cannot be checked just now: curl could not be run: curl: not found",
    });
  });
});

describe("http conditions through the gateway", () => {
  const secure = condition({
    http: { from: "gateway", url: "https://istioinaction.io/", status: 200, cacert: "certs/root ca.crt" },
  });
  const env = { GATEWAY_IP: "172.18.0.9", SECURE_INGRESS_PORT: "443" };

  it("ask from the learner's shell, at the gateway's address and port", async () => {
    const commands: string[] = [];
    const context = contextOf({
      env,
      runCommand: (command) => {
        commands.push(command);
        return answered;
      },
    });
    expect((await evaluateCondition(secure, { context, now })).status).toBe("passed");
    expect(commands).toEqual([
      "curl -sS --max-time 5 -w '\\n%{http_code}' --cacert 'certs/root ca.crt' --resolve istioinaction.io:443:172.18.0.9 https://istioinaction.io/",
    ]);
  });

  it("are unknown where no gateway is", async () => {
    expect(await evaluateCondition(secure, { context: contextOf(), now })).toMatchObject({
      status: "unknown",
      message:
        "This cannot be checked just now: GATEWAY_IP and SECURE_INGRESS_PORT are not set in this workspace",
    });
  });
});
