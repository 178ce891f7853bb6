import { setTimeout as sleep } from "node:timers/promises";
import { type LabPreparation, prepareLab, runCommand } from "../preparation/index.ts";
import { noEnclosure } from "../sandbox/index.ts";
import type { LabBench } from "./bench.ts";

export interface PreparedBench {
  readonly bench: LabBench;
  readonly istioVersion: string;
  /** Its cluster did not come with the lab's profile: what is missing is installed. */
  readonly foreign?: boolean | undefined;
}

/** Brings a lab's start about on a bench whose cluster came with the lab's profile. Resolves with what kept it from that. */
export async function prepareBench(
  preparation: LabPreparation,
  { bench, istioVersion, foreign }: PreparedBench,
): Promise<string | undefined> {
  const outcome = await prepareLab(preparation, {
    istioVersion,
    installedProfile: foreign ? undefined : preparation.istioProfile,
    run: runCommand,
    options: {
      ...{ cwd: bench.folder, env: bench.env, signal: new AbortController().signal },
      enclosure: noEnclosure,
    },
    progress: () => undefined,
    sleep: (ms) => sleep(ms),
  });
  return outcome.kind === "prepared" ? undefined : outcome.detail;
}
