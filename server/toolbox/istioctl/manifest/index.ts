import type { Command } from "../command.ts";
import { install } from "../install/index.ts";
import { diff } from "./diff.ts";
import { generate } from "./generate.ts";

/** `istioctl manifest`. */
export const manifest: Command = {
  name: "manifest",
  short: "Commands related to Istio manifests",
  subcommands: [diff, generate, install],
};
