import type { Program } from "../container/index.ts";
import { agnhost } from "./agnhost/index.ts";
import { bookinfo } from "./bookinfo/index.ts";
import { fakeService } from "./fake-service/index.ts";
import { fortio } from "./fortio/index.ts";
import { helloworld } from "./helloworld/index.ts";
import { hpaExample } from "./hpa-example/index.ts";
import { httpEcho } from "./http-echo/index.ts";
import { httpbin } from "./httpbin/index.ts";
import { nginx } from "./nginx/index.ts";
import { pause } from "./pause/index.ts";
import { redis } from "./redis/index.ts";
import { createContainerShell } from "./shell/index.ts";
import { shellPrograms } from "./sleep/index.ts";
import { stress } from "./stress/index.ts";
import { tcpEcho } from "./tcp-echo/index.ts";

/** Every image of the practice node but Istio's own. */
export const builtinPrograms: readonly Program[] = [
  fakeService,
  ...bookinfo,
  ...httpbin,
  ...helloworld,
  tcpEcho,
  fortio,
  nginx,
  redis,
  agnhost,
  stress,
  hpaExample,
  httpEcho,
  pause,
  ...shellPrograms(createContainerShell()),
];
