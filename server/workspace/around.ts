import path from "node:path";
import type { HostOptions } from "./options.ts";
import { type Enclosure, noEnclosure, openSandbox, readQuotas, sharedEnclosure } from "./sandbox/index.ts";

/** What a learner's programs read of ours. Behind a wall it is a folder of its own: the rest is not theirs to see. */
export function handoutOf({ dir, isolation }: HostOptions): string {
  return isolation === "strong" ? path.join(dir, "handout") : dir;
}

/** The launcher has said what it put around this process; a sandbox that cannot be had then is an error, never less. */
export function openEnclosure(options: HostOptions, handout: string): Enclosure {
  const { isolation, dir, home } = options;
  if (isolation === "none") return noEnclosure;
  const quotas = readQuotas(process.env);
  if (isolation === "shared") return sharedEnclosure(quotas, home);
  const bin = options["toolbox-bin"];
  return openSandbox({ dir, home, handout, toolbox: bin && path.dirname(bin) }, quotas);
}
