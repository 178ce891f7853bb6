import { afterEach, describe, expect, it } from "vitest";
import { DisposableStore, seededRandom, silentLogger, systemClock, TestClock } from "../../base/index.ts";
import type { RunningProgram } from "../../container/index.ts";
import { type AttachedPod, createPracticeNetwork } from "../../network/index.ts";
import { TYPE_URL } from "../../xds/index.ts";
import { createTestIstiod, istiodPod, sidecarContext, type TestIstiod } from "../testing/istiod.ts";
import { fetchFrom } from "../testing/mesh.ts";
import { createProxyProgram } from "./program.ts";

let started = new DisposableStore();
afterEach(() => {
  started.dispose();
  started = new DisposableStore();
});

interface Running {
  readonly clock: TestClock;
  readonly istiod: TestIstiod;
  readonly istiodPod: AttachedPod;
  readonly log: string[];
  /** Moves time on by small steps until `seen` holds; real cryptography takes real time. */
  until(seen: () => boolean | Promise<boolean>): Promise<void>;
  get(path: string): Promise<string>;
}

async function start(): Promise<Running> {
  const clock = new TestClock(systemClock.now());
  const network = createPracticeNetwork({ clock, random: seededRandom(), logger: silentLogger });
  const istiod = await createTestIstiod(clock);
  const control = started.add(istiodPod(network));
  istiod.listen(control);
  started.add({ dispose: () => istiod.stop() });
  const pod = started.add(network.attachPod({ namespace: "demo", name: "web-1" }));
  const log: string[] = [];
  const context = sidecarContext(pod, { rootPem: istiod.rootPem, log, clock });
  const program: RunningProgram = createProxyProgram().start(context);
  started.add({ dispose: () => program.kill() });
  return {
    clock,
    istiod,
    istiodPod: control,
    log,
    until: (seen) =>
      expect
        .poll(
          async () => {
            await clock.advance(10);
            return seen();
          },
          { timeout: 10_000, interval: 5 },
        )
        .toBe(true),
    async get(path) {
      const answer = await fetchFrom(network.node, { host: pod.ip, port: 15021, path });
      return "status" in answer ? String(answer.status) : answer.failure;
    },
  };
}

describe("an agent that loses istiod", () => {
  it("stays ready, comes back, and says which versions it has", async () => {
    const { istiod, until, get, log, ...running } = await start();
    await until(async () => (await get("/healthz/ready")) === "200");
    const before = istiod.seen.length;
    istiod.stop();
    await until(() => log.join("").includes("upstream [1] terminated"));
    expect(await get("/healthz/ready")).toBe("200");
    istiod.listen(running.istiodPod);
    await until(() => istiod.seen.slice(before).some((one) => one.typeUrl === TYPE_URL.route));
    const again = istiod.seen.slice(before);
    expect(again.slice(0, 2).map(({ typeUrl, versionInfo }) => [typeUrl, versionInfo])).toEqual([
      [TYPE_URL.cluster, "v1"],
      [TYPE_URL.listener, "v1"],
    ]);
    expect(again[0]?.node?.id).toContain("web-1.demo");
    expect(again.find((one) => one.typeUrl === TYPE_URL.route)?.resourceNames).toEqual(["80"]);
    expect(log.join("")).toContain("connected to upstream XDS server: istiod.istio-system.svc:15012\tid=2");
  });
});

describe("an agent with a certificate", () => {
  it("renews it at half of its life, without losing readiness", async () => {
    const { istiod, until, get, clock, log } = await start();
    await until(async () => (await get("/healthz/ready")) === "200");
    expect(istiod.signed()).toBe(1);
    await clock.advance(11 * 3_600_000);
    expect(istiod.signed()).toBe(1);
    await clock.advance(2 * 3_600_000);
    await until(() => log.join("").split("generated new workload certificate").length === 3);
    expect(istiod.signed()).toBe(2);
    expect(await get("/healthz/ready")).toBe("200");
  });
});
