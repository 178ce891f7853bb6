import { watch } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createBashRunner } from "./bash-runner.ts";
import { limits } from "./limits.ts";

describe("bash runner", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "meshwork-checks-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const path = process.env.PATH ?? "";
  const signal = new AbortController().signal;
  const runner = (env: Record<string, string> = {}) => createBashRunner({ cwd: folder, env, path });

  it("runs in the folder with the environment, and keeps output and errors apart", async () => {
    const command = 'pwd; echo "$GATEWAY_IP" >&2; exit 3';
    expect(await runner({ GATEWAY_IP: "10.0.0.1" })({ command, signal })).toEqual({
      exitCode: 3,
      stdout: `${folder}\n`,
      stderr: "10.0.0.1\n",
    });
  });

  it("takes neither the learner's PATH nor their start-up files", async () => {
    await writeFile(join(folder, "evil"), "kubectl() { echo STRICT; }; echo started");
    const env = { PATH: folder, BASH_ENV: join(folder, "evil"), ENV: join(folder, "evil") };
    expect(await runner(env)({ command: 'echo "$PATH"', signal })).toEqual({
      exitCode: 0,
      stdout: `${path}\n`,
      stderr: "",
    });
  });

  it("keeps only so much output", async () => {
    const { stdout } = await runner()({ command: "head -c 3000000 /dev/zero | tr '\\0' x", signal });
    expect(stdout).toHaveLength(limits.commandOutputBytes);
  });

  /** Resolves when a command has made a file in its folder. */
  function somethingWritten(): Promise<void> {
    return new Promise((resolve) => {
      const watcher = watch(folder, () => {
        watcher.close();
        resolve();
      });
    });
  }

  it("ends the command and what it started when nobody wants it any more", async () => {
    const stop = new AbortController();
    const started = somethingWritten();
    // The promise settles when the last holder of the output is gone: with the child alive it would take 600 s.
    const running = runner()({ command: "sleep 600 & touch started; wait", signal: stop.signal });
    await started;
    stop.abort();
    await expect(running).rejects.toThrow("no longer wanted");
  });

  it("does not wait for one who ignores the request", async () => {
    const stop = new AbortController();
    const started = somethingWritten();
    const command = "trap '' TERM; touch started; while :; do sleep 0.05; done";
    const running = runner()({ command, signal: stop.signal });
    await started;
    stop.abort();
    await expect(running).rejects.toThrow("no longer wanted");
  });
});
