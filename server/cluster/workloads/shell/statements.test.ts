import { once } from "node:events";
import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import { seededRandom, silentLogger, TestClock } from "../../base/index.ts";
import type { ContainerContext } from "../../container/index.ts";
import { createPracticeNetwork } from "../../network/index.ts";
import { createContainerShell } from "./shell.ts";

function container() {
  const clock = new TestClock();
  const random = seededRandom();
  const network = createPracticeNetwork({ clock, random, logger: silentLogger });
  const pod = network.attachPod({ namespace: "shop", name: "box" });
  const files = new Map<string, Uint8Array>();
  const context: ContainerContext = {
    pod: {
      namespace: "shop",
      name: "box",
      uid: "",
      ip: pod.ip,
      hostIP: "",
      nodeName: "",
      serviceAccountName: "",
      labels: () => ({}),
      annotations: () => ({}),
    },
    container: "box",
    image: "busybox",
    command: ["sleep", "infinity"],
    env: {},
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
  return { context, clock };
}

function start(script: string) {
  const { context, clock } = container();
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const output = { stdout: "", stderr: "" };
  stdout.on("data", (chunk: Buffer) => {
    output.stdout += chunk.toString();
  });
  stderr.on("data", (chunk: Buffer) => {
    output.stderr += chunk.toString();
  });
  const stop = new AbortController();
  const command = ["sh", "-c", script];
  const io = { command, env: {}, stdout, stderr, tty: false, signal: stop.signal };
  const ended = createContainerShell().exec(context, io) ?? Promise.reject(new Error("no shell"));
  return { ended, output, stdout, clock, stop };
}

async function result(script: string) {
  const { ended, output } = start(script);
  const code = await ended;
  await new Promise((resolve) => setImmediate(resolve)); // the streams hand on what was written
  return { code, ...output };
}

describe("a script, statement by statement", () => {
  it("shows what one turn of a loop has written before the next one", async () => {
    const { ended, output, stdout, clock } = start("for i in 1 2; do echo $i; sleep 1; done; echo done");
    await once(stdout, "data");
    expect(output.stdout).toBe("1\n");
    const second = once(stdout, "data");
    await clock.advance(1000);
    await second;
    expect(output.stdout).toBe("1\n2\n");
    await clock.advance(1000);
    expect(await ended).toBe(0);
    expect(output.stdout).toBe("1\n2\ndone\n");
  });

  it("ends a loop without end when its user goes", async () => {
    const { ended, stdout, stop } = start("while true; do echo tick; done");
    await once(stdout, "data");
    stop.abort();
    expect(await ended).toBe(130);
  });

  it.each([
    ["for i in a 'b c' $(seq 1 2); do echo \"<$i>\"; done", "<a>\n<b c>\n<1>\n<2>\n", 0],
    ["for i in; do echo no; done; echo $?", "0\n", 0],
    ["i=0; while [ $i -lt 3 ]; do i=$((i+1)); echo $i; done; echo end $i", "1\n2\n3\nend 3\n", 0],
    ["i=3; until [ $i = 0 ]; do i=$((i-1)); done; echo $i; false", "0\n", 1],
    [
      "for i in 1 2; do if [ $i = 1 ]; then echo one; elif true; then echo other; fi; done",
      "one\nother\n",
      0,
    ],
    ["for i in 1; do false; echo $?; (exit 4); done", "1\n", 4],
    ["for i in 1 2; do { echo $i; echo x; } | tr x y; done", "1\ny\n2\ny\n", 0],
    ["for i in 1 2 3; do [ $i = 2 ] && break; echo $i; done", "1\n", 0],
    ["f() { echo $1; }; for i in 1 2; do f $i; done; exit 5", "1\n2\n", 5],
    ["for i in 1 2; do echo $i; done > /tmp/x; cat /tmp/x", "1\n2\n", 0],
    ["cd /tmp; for i in 1; do pwd; cat <<X\nhere $i\nX\ndone", "/tmp\nhere 1\n", 0],
  ])("does what a shell does: %s", async (script, stdout, code) => {
    expect(await result(script)).toEqual({ code, stdout, stderr: "" });
  });
});
