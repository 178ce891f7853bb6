import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import { seededRandom, silentLogger, TestClock } from "../base/index.ts";
import type { ContainerContext, Program } from "../container/index.ts";
import { createPracticeNetwork } from "../network/index.ts";
import { ContainerRunner } from "./container-runner.ts";
import type { PodEvent } from "./events.ts";
import { containerFiles } from "./files.ts";
import type { Container, Pod } from "./pod.ts";

/** A program whose runs the test ends. */
function controlled(own: Partial<Program> = {}) {
  const runs: { context: ContainerContext; exit: (code: number) => void }[] = [];
  const program: Program = {
    images: ["app"],
    entrypoint: ["app"],
    hasShell: false,
    start(context) {
      let exit: (code: number) => void = () => undefined;
      const exited = new Promise<number>((resolve) => {
        exit = resolve;
      });
      runs.push({ context, exit });
      return { exited, kill: () => exit(0) };
    },
    ...own,
  };
  return { runs, program };
}

function setUp(container: Partial<Container> = {}, own: Partial<Program> = {}) {
  const clock = new TestClock();
  const random = seededRandom();
  const network = createPracticeNetwork({ clock, random, logger: silentLogger });
  const attached = network.attachPod({ namespace: "shop", name: "web-0" });
  const { runs, program } = controlled(own);
  const events: string[] = [];
  const spec: Container = { name: "web", image: "app", ...container };
  const pod: Pod = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "web-0", namespace: "shop", uid: "u1" },
    spec: { containers: [spec], terminationGracePeriodSeconds: 30 },
  };
  const facts = {
    namespace: "shop",
    name: "web-0",
    uid: "u1",
    ip: attached.ip,
    hostIP: "",
    nodeName: "",
    serviceAccountName: "",
    labels: () => ({}),
    annotations: () => ({}),
  };
  const runner = new ContainerRunner(spec, "Always", {
    clock,
    random,
    logger: silentLogger,
    programs: [program],
    shell: undefined,
    node: network.node,
    network: attached,
    facts,
    pod: () => pod,
    files: () => containerFiles({ mounts: [], volumes: new Map(), system: new Map(), readOnlyRoot: false }),
    environment: async () => ({}),
    event: (event: PodEvent) => events.push(`${event.reason}: ${event.message}`),
    changed: () => undefined,
  });
  return { clock, runner, runs, events, attached, network };
}

describe("restarts", () => {
  it("come at once the first time, then after 10 s, 20 s and so on, told as CrashLoopBackOff", async () => {
    const { clock, runner, runs, events } = setUp();
    const done = runner.run();
    await clock.advance(1);
    runs[0]?.exit(3);
    await clock.advance(1);
    expect([runs.length, runner.restartCount]).toEqual([2, 1]);
    expect(runner.status().lastState.terminated).toMatchObject({ exitCode: 3, reason: "Error" });
    runs[1]?.exit(3);
    await clock.advance(1);
    expect(runner.state).toEqual({
      waiting: {
        reason: "CrashLoopBackOff",
        message: "back-off 10s restarting failed container=web pod=web-0_shop(u1)",
      },
    });
    expect(events.at(-1)).toBe("BackOff: Back-off restarting failed container web in pod web-0_shop(u1)");
    await clock.advance(10_000);
    expect(runs.length).toBe(3);
    runs[2]?.exit(3);
    await clock.advance(19_000);
    expect(runs.length).toBe(3);
    await clock.advance(1_001);
    expect(runs.length).toBe(4);
    runner.kill();
    await done;
  });
});

describe("stopping", () => {
  it("asks with SIGTERM, and kills when the grace period is over", async () => {
    const { clock, runner, runs, events } = setUp();
    const done = runner.run();
    await clock.advance(1);
    const stopped = runner.stop(5_000);
    await clock.advance(4_000);
    expect(runs[0]?.context.terminate.aborted).toBe(true);
    expect(runner.instance?.alive).toBe(true);
    await clock.advance(1_001);
    await stopped;
    expect(await done).toEqual({ code: 137, signal: 9 });
    expect(runner.state.terminated).toMatchObject({ exitCode: 137, reason: "Error" });
    expect(events.at(-1)).toBe("Killing: Stopping container web");
  });
});

describe("probes", () => {
  it("make a container ready, unready and restarted, with kubelet's words", async () => {
    const readinessProbe = { tcpSocket: { port: 80 }, periodSeconds: 5, failureThreshold: 2 };
    const livenessProbe = { tcpSocket: { port: 80 }, periodSeconds: 5, failureThreshold: 3 };
    const { clock, runner, runs, events, attached } = setUp({ readinessProbe, livenessProbe });
    const done = runner.run();
    const listener = attached.listen({ port: 80 }, () => undefined);
    await clock.advance(1);
    expect(runner.ready).toBe(true);
    listener.dispose();
    await clock.advance(5_000);
    expect(runner.ready).toBe(true);
    expect(events.at(-1)).toBe(
      "Unhealthy: Liveness probe failed: dial tcp 10.42.0.10:80: connect: connection refused",
    );
    await clock.advance(5_000);
    expect(runner.ready).toBe(false);
    await clock.advance(5_000);
    expect(events).toContain("Killing: Container web failed liveness probe, will be restarted");
    runs[0]?.exit(0);
    await clock.advance(1);
    expect(runner.restartCount).toBe(1);
    runner.kill();
    await done;
  });
});

it("readiness is asked for again soon while a container starts", async () => {
  const readinessProbe = { tcpSocket: { port: 80 }, periodSeconds: 5, initialDelaySeconds: 1 };
  const { clock, runner, events, attached } = setUp({ readinessProbe });
  const done = runner.run();
  await clock.advance(1_100);
  expect(runner.ready).toBe(false);
  expect(events.at(-1)).toMatch(/^Unhealthy: Readiness probe failed: dial tcp/);
  const listener = attached.listen({ port: 80 }, () => undefined);
  await clock.advance(250);
  expect(runner.ready).toBe(true);
  listener.dispose();
  const before = events.length;
  await clock.advance(4_000);
  expect(events).toHaveLength(before);
  runner.kill();
  await done;
});

describe("what ends a container", () => {
  it("is told as OOMKilled when the kernel did it", async () => {
    const { clock, runner, runs } = setUp({ resources: { limits: { memory: "10Mi" } } });
    const done = runner.run();
    await clock.advance(1);
    expect(runs[0]?.context.memoryLimitBytes).toBe(10 * 2 ** 20);
    runs[0]?.context.outOfMemory?.();
    await clock.advance(1);
    expect(runner.status().lastState.terminated).toMatchObject({ exitCode: 137, reason: "OOMKilled" });
    runner.kill();
    await done;
  });

  it("is StartError when the image has no such command", async () => {
    const { clock, runner, events } = setUp(
      { command: ["nope"] },
      { runs: (executable) => executable === "app" },
    );
    const done = runner.run();
    await clock.advance(1);
    const message =
      "failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: " +
      'unable to start container process: error during container init: exec: "nope": executable file not found in $PATH: unknown';
    expect(events).toContain(`Failed: Error: ${message}`);
    expect(runner.status().lastState.terminated).toMatchObject({
      exitCode: 128,
      reason: "StartError",
      message,
      startedAt: "1970-01-01T00:00:00Z",
    });
    runner.kill();
    await done;
  });
});

it("a client that attaches is shown what was said, hears the rest and is heard", async () => {
  const { clock, runner, runs } = setUp({ stdin: true, stdinOnce: true, tty: true });
  const done = runner.run();
  await clock.advance(1);
  const context = runs[0]?.context;
  context?.stdout("$ ");
  const [stdin, stdout] = [new PassThrough(), new PassThrough()];
  const attached = runner.instance?.attach({ stdin, stdout, signal: new AbortController().signal });
  context?.stdin?.on("data", (typed: Buffer) => context.stdout(`<${typed.toString()}>`));
  stdin.write("ls");
  let shown = "";
  stdout.on("data", (chunk: Buffer) => {
    shown += chunk.toString();
  });
  for (let round = 0; shown !== "$ <ls>" && round < 100; round++) await clock.advance(1);
  expect(shown).toBe("$ <ls>");
  runs[0]?.exit(0);
  await attached;
  runner.kill();
  await done;
});

it("the log before is the last run's while a restart is awaited", async () => {
  const { clock, runner, runs } = setUp();
  const done = runner.run();
  await clock.advance(1);
  runs[0]?.context.stdout("first\n");
  runs[0]?.exit(1);
  await clock.advance(1);
  expect(runner.previous()?.text()).toBe("first\n");
  runs[1]?.context.stdout("second\n");
  runs[1]?.exit(1);
  await clock.advance(1);
  expect([runner.state.waiting?.reason, runner.previous()?.text()]).toEqual(["CrashLoopBackOff", "second\n"]);
  runner.kill();
  await done;
});
