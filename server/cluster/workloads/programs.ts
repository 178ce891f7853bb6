import type { Program } from "../container/index.ts";
import { bookinfo } from "./bookinfo/index.ts";
import { fakeService } from "./fake-service/index.ts";
import { pause } from "./pause/index.ts";
import { createContainerShell } from "./shell/index.ts";
import { shellPrograms } from "./sleep/index.ts";

/** Every image of the practice node but Istio's own. */
export const builtinPrograms: readonly Program[] = [
  fakeService,
  ...bookinfo,
  pause,
  ...shellPrograms(createContainerShell()),
];
