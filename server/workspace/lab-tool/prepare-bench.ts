import { setTimeout as sleep } from "node:timers/promises";
import { type LabPreparation, prepareLab, runCommand } from "../preparation/index.ts";
import { noEnclosure } from "../sandbox/index.ts";
import type { LabBench } from "./bench.ts";

/** Brings a lab's start about on a bench whose cluster came with the lab's profile. Resolves with what kept it from that. */
export async function prepareBench(
  preparation: LabPreparation,
  { bench, istioVersion }: { readonly bench: LabBench; readonly istioVersion: string },
): Promise<string | undefined> {
  const outcome = await prepareLab(preparation, {
    istioVersion,
    installedProfile: preparation.istioProfile,
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
