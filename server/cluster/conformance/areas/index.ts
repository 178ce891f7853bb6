import { discovery, verbs } from "./api.ts";
import type { Area } from "./area.ts";
import { policy } from "./policy.ts";
import { workloads } from "./workloads.ts";

export { runCheck } from "./area.ts";

export const areas: readonly Area[] = [discovery, verbs, workloads, policy];
