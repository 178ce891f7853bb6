import type { KubeAccess } from "../kube/kubeconfig.ts";
import { readKubeconfig } from "../kube/kubeconfig.ts";
import type { FlagSpec, ParsedArguments } from "./args.ts";

/** Where a run prints, and as what. */
export interface Output {
  stdout(text: string): void;
  stderr(text: string): void;
  /** Release that this istioctl belongs to, e.g. "1.21.6". */
  readonly version: string;
  /** Ends a command that waits, as Ctrl-C does, which it replaces. */
  readonly signal?: AbortSignal;
}

/** What a command is given: its arguments, where to print, and the cluster when it asks for one. */
export interface CommandContext extends Output {
  readonly args: ParsedArguments;
  readonly istioNamespace: string;
  access(): KubeAccess;
  /** Resolves when the user wants the command to end. */
  interrupted(): Promise<void>;
}

export interface Command {
  readonly name: string;
  readonly aliases?: readonly string[];
  /** One line for the parent's help. */
  readonly short: string;
  /** Usage line without the parents' names, e.g. "secret [<type>/]<name>[.<namespace>] [flags]". */
  readonly usage?: string;
  readonly flags?: readonly FlagSpec[];
  readonly subcommands?: readonly Command[];
  /** The first release without it. */
  readonly before?: string;
  /** What is said of a word that is no subcommand, where it is not cobra's. */
  unknown?(word: string): string;
  run?(context: CommandContext): Promise<void>;
}

/** The context of one run: reads the kubeconfig at most once, when first needed. */
export function commandContext(args: ParsedArguments, output: Output): CommandContext {
  let access: KubeAccess | undefined;
  return {
    args,
    version: output.version,
    stdout: (text) => output.stdout(text),
    stderr: (text) => output.stderr(text),
    istioNamespace: args.text("istioNamespace") ?? "istio-system",
    access() {
      access ??= readKubeconfig({ file: args.text("kubeconfig"), context: args.text("context") });
      return access;
    },
    interrupted: () => interrupted(output.signal),
  };
}

function interrupted(signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) resolve();
    else if (signal) signal.addEventListener("abort", () => resolve(), { once: true });
    else for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, () => resolve());
  });
}
