import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createBashRunner, createCheckRunner } from "../platform/checks/index.ts";
import { type OpenKubeCluster, openKubeCluster } from "../platform/kube/index.ts";
import { loadLab, loadRunBlocks } from "../platform/labs/index.ts";
import { createMeshGraphReader } from "../platform/mesh/index.ts";
import { prepareLab } from "./preparation/index.ts";
import { runCommand } from "./preparation/run-command.ts";
import { type LabBench, openLabBench } from "./testing/lab-bench.ts";
import { printsLike } from "./testing/prints-like.ts";

// The lab is true: prepared on a real practice cluster, every command of every step is run as the learner would, prints
// what the page says, and brings about what the step's conditions ask – which none of them held before.

const id = "secure-services-mtls";
const lab = await loadLab(id);
const runBlocks = await loadRunBlocks(id);
if (!lab) throw new Error(`there is no lab ${id}`);

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** A learner's loop goes on for minutes; two rounds show that it works, and the solution's loop keeps up the traffic. */
const shortened = (command: string) =>
  /^for /.test(command)
    ? command
        .replace(/\{1\.\.\d+\}/, "{1..2}")
        .replace(/sleep \d+/, "sleep 0")
        .replace(/ &$/, "")
    : command;
const isLoop = (command: string) => /^\(?for /.test(command);

describe(`the lab ${id}`, () => {
  let bench: LabBench;
  let cluster: OpenKubeCluster;
  let check: (step: string) => Promise<{ id: string; status: string; said: string }[]>;

  beforeAll(async () => {
    bench = await openLabBench(lab.filesDir);
    const { kubeconfig, folder, env } = bench;
    const prepared = await prepareLab(lab.prepare, {
      istioVersion: "1.21.6",
      installedProfile: "demo",
      run: runCommand,
      options: { cwd: folder, env, signal: new AbortController().signal },
      progress: () => undefined,
      sleep: pause,
    });
    expect(prepared).toEqual({ kind: "prepared" });
    cluster = await openKubeCluster({ kubeconfig });
    const graph = createMeshGraphReader({ cluster, now: Date.now });
    const runner = createCheckRunner({
      ...{ cluster, env, now: Date.now },
      runCommand: createBashRunner({ cwd: folder, env, path: env.PATH ?? "" }),
      graph: (request) => graph.graph(request),
    });
    check = async (name) => {
      const step = lab.steps.find((one) => one.id === name);
      const results = step ? await runner.evaluate(step, new AbortController().signal) : [];
      return results.map((result) => ({
        id: result.id,
        status: result.status,
        said: [result.message, result.actual, result.evidence?.output].join(" | "),
      }));
    };
  }, 120_000);

  afterAll(async () => {
    await cluster?.close();
    await bench?.close();
  });

  for (const step of lab.steps)
    it(`step ${step.id} fails before, prints what it says, and passes after`, async () => {
      const before = await check(step.id);
      expect(before.filter(({ status }) => status !== "failed")).toEqual([]);
      for (const { command, output } of runBlocks.get(step.id) ?? []) {
        const ran = await bench.run(shortened(command));
        if (output !== undefined) expect(printsLike(output, ran.output), command).toBe("");
        else expect(ran, command).toMatchObject({ exitCode: 0 });
      }
      for (const command of step.solve.filter(isLoop)) await bench.run(command);
      // Old plaintext has to leave a window of half a minute.
      await expect
        .poll(async () => (await check(step.id)).filter(({ status }) => status !== "passed"), {
          timeout: 60_000,
          interval: 500,
        })
        .toEqual([]);
    }, 120_000);

  it("the solutions alone, run again after everything, keep every step's cluster conditions", async () => {
    const step = lab.steps.find((one) => one.id === "go-strict");
    for (const command of step?.solve ?? []) expect(await bench.run(command)).toMatchObject({ exitCode: 0 });
    expect((await check("go-strict")).map(({ status }) => status)).toEqual(["passed", "passed", "passed"]);
  });
});
