import { execFileSync } from "node:child_process";
import { expect, it } from "vitest";
import { runIstioctl } from "./testing/fake-api.ts";

const complete = async (...words: string[]) =>
  (await runIstioctl(["__complete", ...words])).stdout.split("\n");

it("offers commands, with what they are, and flags", async () => {
  expect(await complete("ana")).toEqual([
    "analyze\tAnalyze Istio configuration and print validation messages",
    ":4",
    "",
  ]);
  expect(await complete("x", "describe", "")).toEqual([
    "pod\tDescribe pods and their Istio configuration [kube-only]",
    "service\tDescribe services and their Istio configuration [kube-only]",
    ":4",
    "",
  ]);
  expect(await complete("analyze", "--use")).toEqual(["--use-kube", ":4", ""]);
});

it("bash asks istioctl and offers what it says", async () => {
  const { stdout: script } = await runIstioctl(["completion", "bash"]);
  const answer = "printf 'pod\\tDescribe pods\\npodium\\tx\\n:4\\n'";
  const shell = `${script}
istioctl() { [ "$*" = "__complete x describe po" ] && ${answer}; }
COMP_WORDS=(istioctl x describe po); COMP_CWORD=3; _istioctl; printf '%s\\n' "\${COMPREPLY[@]}"`;
  expect(execFileSync("bash", ["--norc", "-c", shell], { encoding: "utf8" })).toBe("pod\npodium\n");
});

it("the other shells have scripts too, but for powershell", async () => {
  const zsh = await runIstioctl(["completion", "zsh"]);
  expect(zsh.stdout.startsWith("#compdef istioctl\n")).toBe(true);
  const fish = await runIstioctl(["completion", "fish"]);
  expect(fish.stdout).toContain("complete -c istioctl");
  expect((await runIstioctl(["completion", "powershell"])).stderr).toBe(
    "Error: istioctl completion powershell is not supported by the practice cluster's istioctl yet\n",
  );
});
