import { analyze } from "./analyze/index.ts";
import { authz } from "./authz.ts";
import type { Command } from "./command.ts";
import { dashboard } from "./dashboard.ts";
import { describe } from "./describe/index.ts";
import { precheck } from "./precheck.ts";
import { proxyConfig } from "./proxy-config/index.ts";
import { proxyStatus } from "./proxy-status.ts";
import { validate } from "./validate.ts";

const experimental: Command = {
  name: "experimental",
  aliases: ["x", "exp"],
  short: "Experimental commands that may be modified or deprecated",
  subcommands: [authz, describe, precheck, proxyStatus],
};

/** The commands that look and do not touch. */
export const diagnosis: readonly Command[] = [
  analyze,
  dashboard,
  experimental,
  proxyConfig,
  proxyStatus,
  validate,
];
