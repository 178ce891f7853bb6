import { admin } from "./admin.ts";
import { analyze } from "./analyze/index.ts";
import { authz } from "./authz.ts";
import { bugReport } from "./bug-report/index.ts";
import type { Command } from "./command.ts";
import { dashboard } from "./dashboard.ts";
import { config } from "./defaults.ts";
import { describe } from "./describe/index.ts";
import { envoyStats } from "./envoy-stats.ts";
import { CommandError } from "./errors.ts";
import { checkInject, injector } from "./injector/index.ts";
import { internalDebug } from "./internal-debug.ts";
import { metrics } from "./metrics.ts";
import { precheck } from "./precheck.ts";
import { proxyConfig } from "./proxy-config/index.ts";
import { proxyStatus } from "./proxy-status.ts";
import { remoteClusters } from "./remote-clusters.ts";
import { validate } from "./validate.ts";
import { version } from "./version.ts";
import { wait } from "./wait.ts";

const experimental: Command = {
  name: "experimental",
  aliases: ["x", "exp"],
  short: "Experimental commands that may be modified or deprecated",
  subcommands: [
    ...[authz, checkInject, config, describe, envoyStats, injector, internalDebug],
    ...[metrics, precheck, proxyStatus, version, wait],
  ],
};

/** Only tells where the command is. */
const authzHint: Command = {
  name: "authz",
  short: "(authz is experimental. Use `istioctl experimental authz`)",
  usage: "authz [flags]",
  run() {
    return Promise.reject(new CommandError(authzHint.short));
  },
};

/** The commands that look and do not touch. */
export const diagnosis: readonly Command[] = [
  admin,
  analyze,
  authzHint,
  bugReport,
  dashboard,
  experimental,
  proxyConfig,
  proxyStatus,
  remoteClusters,
  validate,
];
