import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import { seededRandom, silentLogger, TestClock } from "../../base/index.ts";
import type { ContainerContext, ExecIO } from "../../container/index.ts";
import { createPracticeNetwork } from "../../network/index.ts";
import { serveHttp } from "../http/server.ts";
import { createContainerShell } from "./shell.ts";

function container() {
  const clock = new TestClock();
  const random = seededRandom();
  const network = createPracticeNetwork({ clock, random, logger: silentLogger });
  const pod = network.attachPod({ namespace: "shop", name: "sleep-0" });
  const server = network.attachPod({ namespace: "shop", name: "web-0" });
  const files = new Map<string, Uint8Array>();
  const facts = {
    namespace: "shop",
    name: "sleep-0",
    uid: "",
    ip: pod.ip,
    hostIP: "",
    nodeName: "",
    serviceAccountName: "",
  };
  const context: ContainerContext = {
    pod: { ...facts, labels: () => ({}), annotations: () => ({}) },
    container: "sleep",
    image: "busybox",
    command: ["sleep", "infinity"],
    env: { HOSTNAME: "sleep-0" },
    files: {
      read: (path) => files.get(path),
      list: () => undefined,
      write: (path, content) => files.set(path, content),
    },
    network: pod,
    stdout: () => undefined,
    stderr: () => undefined,
    terminate: new AbortController().signal,
    clock,
    random,
  };
  return { context, clock, server, files };
}

async function run(
  { context }: { context: ContainerContext },
  command: readonly string[],
  io: Partial<ExecIO> = {},
) {
  const output = { stdout: "", stderr: "" };
  const sink = (name: keyof typeof output) =>
    new PassThrough().on("data", (chunk: Buffer) => {
      output[name] += chunk.toString();
    });
  const [stdout, stderr] = [sink("stdout"), sink("stderr")];
  const { signal } = new AbortController();
  const code = await createContainerShell().exec(context, {
    command,
    env: context.env,
    stdout,
    stderr,
    tty: false,
    signal,
    ...io,
  });
  await new Promise((resolve) => setImmediate(resolve));
  return { code, ...output };
}

describe("curl in a container", () => {
  it("prints the body, and with -i the head as it came", async () => {
    const box = container();
    serveHttp(box.server, 80, (_request, response) =>
      response.writeHead(503, { "X-Reason": "test" }).end("no\n"),
    );
    expect(await run(box, ["curl", "-s", `http://${box.server.ip}/`])).toEqual({
      code: 0,
      stdout: "no\n",
      stderr: "",
    });
    const { stdout } = await run(box, ["curl", "-si", `http://${box.server.ip}/`]);
    expect(stdout).toMatch(
      /^HTTP\/1\.1 503 Service Unavailable\r\nX-Reason: test\r\nDate: [^\r]+\r\n(?:Transfer-Encoding: chunked\r\n|Content-Length: 3\r\n)?\r\nno\n$/,
    );
  });

  it("fails with 22 on -f, 56 on a reset and 52 on an empty reply", async () => {
    const box = container();
    serveHttp(box.server, 80, (_request, response) => response.writeHead(404).end());
    expect(await run(box, ["curl", "-sSf", `http://${box.server.ip}/`])).toEqual({
      code: 22,
      stdout: "",
      stderr: "curl: (22) The requested URL returned error: 404\n",
    });
    box.server.listen({ port: 81 }, (connection) => connection.once("data", () => connection.reset()));
    expect(await run(box, ["curl", "-sS", `http://${box.server.ip}:81/`])).toEqual({
      code: 56,
      stdout: "",
      stderr: "curl: (56) Recv failure: Connection reset by peer\n",
    });
    box.server.listen({ port: 82 }, (connection) => connection.once("data", () => connection.end()));
    expect(await run(box, ["curl", "-sS", `http://${box.server.ip}:82/`])).toEqual({
      code: 52,
      stdout: "",
      stderr: "curl: (52) Empty reply from server\n",
    });
  });

  it("gives up after --max-time with 28", async () => {
    const box = container();
    box.server.listen({ port: 80 }, () => undefined);
    const running = run(box, ["curl", "-sS", "-m", "2", `http://${box.server.ip}/`]);
    await box.clock.advance(0);
    await box.clock.advance(2000);
    expect(await running).toEqual({
      code: 28,
      stdout: "",
      stderr: "curl: (28) Operation timed out after 2000 milliseconds with 0 bytes received\n",
    });
  });
});

describe("other commands", () => {
  it("nc -z tells whether a port is open", async () => {
    const box = container();
    box.server.listen({ port: 80 }, () => undefined);
    expect((await run(box, ["nc", "-z", box.server.ip, "80"])).code).toBe(0);
    expect(await run(box, ["nc", "-zv", box.server.ip, "81"])).toEqual({
      code: 1,
      stdout: "",
      stderr: "nc: 10.42.0.11 (10.42.0.11:81): Connection refused\n",
    });
  });

  it("keeps what a script writes, and answers undefined for what no image has", async () => {
    const box = container();
    await run(box, ["sh", "-c", "echo kept > /tmp/note"]);
    expect(Buffer.from(box.files.get("/tmp/note") ?? []).toString()).toBe("kept\n");
    expect((await run(box, ["kubectl"])).code).toBeUndefined();
  });

  it("runs a shell on a terminal, line by line, until exit", async () => {
    const box = container();
    const stdin = new PassThrough();
    stdin.write("X=5\rcd /tmp\recho $X $PWD\rexit 3\r");
    const { code, stdout } = await run(box, ["sh"], { tty: true, stdin });
    expect(code).toBe(3);
    expect(stdout).toBe("/ # X=5\n/ # cd /tmp\n/tmp # echo $X $PWD\n5 /tmp\n/tmp # exit 3\n");
  });
});

describe("network tools in a container", () => {
  it.each([
    [
      ["ping", "-c1", "web"],
      1,
      "",
      "ping: ICMP is not supported by the practice cluster; try nc -z HOST PORT\n",
    ],
    [["dig", "+short", "nobody.example"], 0, "", ""],
    [["dig", "web", "SRV"], 1, "", "dig: SRV records are not supported by the practice cluster\n"],
    [["getent", "hosts", "nobody.example"], 2, "", ""],
    [["getent", "hosts", "localhost"], 0, "127.0.0.1       localhost\n", ""],
  ])("%j", async (...[command, code, stdout, stderr]) => {
    expect(await run(container(), command)).toEqual({ code, stdout, stderr });
  });

  it("set -x is left to the interpreter, which shows what it does", async () => {
    const { code, stderr } = await run(container(), ["sh", "-xc", "for i in 1; do echo $i; done"]);
    expect([code, stderr.includes("+ echo 1")]).toEqual([0, true]);
  });
});
