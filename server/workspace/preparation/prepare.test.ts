import { expect, it } from "vitest";
import { noEnclosure } from "../sandbox/index.ts";
import { type PrepareDeps, prepareLab } from "./prepare.ts";
import { type CommandOutcome, runCommand } from "./run-command.ts";

function prepared(outcomes: Record<string, CommandOutcome[]>, installedProfile?: string) {
  const ran: string[] = [];
  const said: string[] = [];
  const pauses: number[] = [];
  const deps: PrepareDeps = {
    istioVersion: "1.21.6",
    installedProfile,
    options: { cwd: "/", env: {}, signal: new AbortController().signal, enclosure: noEnclosure },
    run: async (command) => {
      ran.push(command);
      return outcomes[command]?.shift() ?? { kind: "done", output: "" };
    },
    progress: (detail) => said.push(detail),
    sleep: async (ms) => void pauses.push(ms),
  };
  return { deps, ran, said, pauses };
}
const up = "kubectl rollout status -n istio-system deployment/istiod --timeout=60s";
const there =
  "kubectl get -n istio-system deployment/istiod deployment/istio-ingressgateway deployment/istio-egressgateway";
const failed: CommandOutcome = { kind: "failed", why: "exit code 1", output: "a\nb\nno such host\n" };

it("installs the profile only where neither the cluster nor the learner brought it", async () => {
  const without = prepared({ [there]: [failed] });
  expect(await prepareLab({ istioProfile: "demo", commands: ["one"] }, without.deps)).toEqual({
    kind: "prepared",
  });
  expect(without.ran).toEqual([there, "istioctl install --set profile=demo -y", up, "one"]);
  expect(without.said).toEqual([
    "Installing Istio 1.21.6 (demo profile) …",
    "Waiting for Istio 1.21.6 …",
    "Preparing the lab (1 of 1) …",
  ]);
  const within = prepared({}, "demo");
  await prepareLab({ istioProfile: "demo", commands: ["one"] }, within.deps);
  expect(within.ran).toEqual([up, "one"]);
  const byLearner = prepared({});
  await prepareLab({ istioProfile: "demo", commands: ["one"] }, byLearner.deps);
  expect(byLearner.ran).toEqual([there, up, "one"]);
});

it("a command that a young cluster refuses is tried again", async () => {
  const { deps, ran, pauses } = prepared({ one: [failed, failed] });
  expect(await prepareLab({ commands: ["one", "two"] }, deps)).toEqual({ kind: "prepared" });
  expect(ran).toEqual(["one", "one", "one", "two"]);
  expect(pauses).toEqual([500, 1_000]);
});

it("one that never works stops the preparation with what it said", async () => {
  const { deps, ran } = prepared({ one: [failed, failed, failed, failed, failed] });
  expect(await prepareLab({ commands: ["one", "two"] }, deps)).toEqual({
    kind: "failed",
    detail: `Preparing the lab: "one" failed (exit code 1): a · b · no such host`,
  });
  expect(ran).toHaveLength(5);
});

it("commands run in the given folder and environment, and a pipe's failure counts", async () => {
  const options = {
    cwd: "/tmp",
    env: { PATH: process.env.PATH ?? "", HOME: "", WORD: "x" },
    signal: new AbortController().signal,
    enclosure: noEnclosure,
  };
  expect(await runCommand("echo $PWD $WORD [$HOME]", options)).toEqual({
    kind: "done",
    output: "/tmp x []\n",
  });
  expect(await runCommand("false | cat", options)).toEqual({
    kind: "failed",
    why: "exit code 1",
    output: "",
  });
});

it("stopping the workspace ends a command and what it started", async () => {
  const life = new AbortController();
  const options = {
    cwd: "/tmp",
    env: { PATH: process.env.PATH ?? "" },
    signal: life.signal,
    enclosure: noEnclosure,
  };
  const running = runCommand("sleep 1000 & sleep 1000", options);
  setTimeout(() => life.abort(), 50);
  expect(await running).toMatchObject({ kind: "failed", why: "it took too long or the workspace stops" });
});
