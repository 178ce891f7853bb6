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

  it("shows each statement of a function and of a script that leaves its loop as it comes", async () => {
    const { ended, stdout, clock } = start(
      "try() { echo try $1; sleep 1; }; for i in 1 2 3; do try $i; [ $i = 2 ] && break; done; exit 4",
    );
    const shown: string[] = [];
    stdout.on("data", (chunk: Buffer) => shown.push(chunk.toString()));
    let code: number | undefined;
    void ended.then((result) => {
      code = result;
    });
    for (let round = 0; code === undefined && round < 500; round++) await clock.advance(100);
    expect([code, shown]).toEqual([4, ["try 1\n", "try 2\n"]]);
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
    ["for i in 1 2 3; do if [ $i = 2 ]; then continue; fi; echo $i; done; echo end", "1\n3\nend\n", 0],
    ["for i in 1 2; do for j in a b; do [ $j = b ] && continue 2; echo $i$j; done; done", "1a\n2a\n", 0],
    ["for i in 1 2; do while true; do break 2; done; echo no; done; echo out $i", "out 1\n", 0],
    ["set -e; for i in 1 2; do if false; then :; fi; false || echo $i; done; false; echo no", "1\n2\n", 1],
    ["set -e; false | true; ! true; echo here; [ a = b ]; echo no", "here\n", 1],
    ["set -- a 'b c'; shift; for x; do echo \"<$x>\"; done; echo $#", "<b c>\n1\n", 0],
    ["say() { for w; do echo \"$w.\"; done; return 3; echo no; }; say 'a b' c; echo $?", "a b.\nc.\n3\n", 0],
    ["n() { local x=$1; echo $x; }; for x in 1 2; do n 9; echo $x; done", "9\n1\n9\n2\n", 0],
    ["quit() { exit 7; }; for i in 1 2; do echo $i; quit; done; echo no", "1\n", 7],
    ["for i in a b c; do case $i in a) echo first;; b) break;; *) echo no;; esac; done", "first\n", 0],
    ["export A=1; for i in 1; do env | grep ^A=; done", "A=1\n", 0],
    ["printf '1\\n2\\n' | while read n; do echo got $n; done; for i in 1; do :; done", "got 1\ngot 2\n", 0],
    ["set -o pipefail; for i in 1; do false | true; done; echo $?", "1\n", 0],
    ["f() { echo $1; if [ $1 -gt 1 ]; then f $(($1-1)); fi; }; f 3; while false; do :; done", "3\n2\n1\n", 0],
    ["i=0; while :; do i=$((i+1)); [ $i -ge 3 ] && exit $i; done", "", 3],
    ["! for i in 1; do false; done; echo $?", "0\n", 0],
    ["for i in 1 2; do echo $i; sleep 0; done & wait; echo all", "1\n2\nall\n", 0],
    ["cd /tmp; for i in 1; do pwd; cat <<X\nhere $i\nX\ndone", "/tmp\nhere 1\n", 0],
  ])("does what a shell does: %s", async (script, stdout, code) => {
    expect(await result(script)).toEqual({ code, stdout, stderr: "" });
  });
});
