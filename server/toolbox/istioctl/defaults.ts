import type { Command } from "./command.ts";
import { CommandError } from "./errors.ts";
import { table } from "./text/tabwriter.ts";

/** Flags with a default that the environment may set (istioctl/pkg/config). */
const SETTABLE: readonly (readonly [flag: string, variable: string, value: string])[] = [
  ["authority", "ISTIOCTL_AUTHORITY", ""],
  ["cert-dir", "ISTIOCTL_CERT_DIR", ""],
  ["insecure", "ISTIOCTL_INSECURE", "false"],
  ["istioNamespace", "ISTIOCTL_ISTIONAMESPACE", "istio-system"],
  ["plaintext", "ISTIOCTL_PLAINTEXT", "false"],
  ["prefer-experimental", "ISTIOCTL_PREFER_EXPERIMENTAL", "false"],
  ["xds-address", "ISTIOCTL_XDS_ADDRESS", ""],
  ["xds-port", "ISTIOCTL_XDS_PORT", "15012"],
];

/** `istioctl experimental config list`. */
export const config: Command = {
  name: "config",
  short: "Configure istioctl defaults",
  subcommands: [
    {
      name: "list",
      short: "List istio configurable defaults",
      usage: "list",
      run(context) {
        const { operands } = context.args;
        if (operands.length > 0)
          return Promise.reject(new CommandError(`accepts 0 arg(s), received ${operands.length}`));
        const rows = SETTABLE.map(([flag, variable, fallback]) => {
          const set = process.env[variable];
          return [flag, set ?? fallback, set === undefined ? "default" : `$${variable}`];
        });
        context.stdout(table([["FLAG", "VALUE", "FROM"], ...rows]));
        return Promise.resolve();
      },
    },
  ],
};

/** Istio's logging flags, which every command takes (pkg/log options); this istioctl logs nothing. */
const LOGGING: readonly (readonly [flag: string, usage: string])[] = [
  ["log_as_json", "Whether to format output as JSON or in plain console-friendly format"],
  [
    "log_caller",
    "Comma-separated list of scopes for which to include caller information, scopes can be any of [all, default]",
  ],
  [
    "log_output_level",
    "Comma-separated minimum per-scope logging level of messages to output, in the form of <scope>:<level>,<scope>:<level>,...",
  ],
  [
    "log_stacktrace_level",
    "Comma-separated minimum per-scope logging level at which stack traces are captured, in the form of <scope>:<level>,<scope:level>,...",
  ],
  [
    "log_target",
    "The set of paths where to output the log. This can be any path as well as the special values stdout and stderr",
  ],
];

/** `istioctl options`: upstream prints it where cobra prints help that has no writer of its own, on stderr. */
export const options: Command = {
  name: "options",
  short: "Displays istioctl global options",
  usage: "options",
  run(context) {
    const lines = LOGGING.map(([flag, usage]) => `      --${flag}: ${usage}\n`);
    context.stderr(`The following options can be passed to any command:\n${lines.join("")}`);
    return Promise.resolve();
  },
};
