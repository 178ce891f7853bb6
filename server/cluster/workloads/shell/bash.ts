import type { Bash, CustomCommand } from "just-bash";
import type { ContainerContext } from "../../container/index.ts";
import { MAX_SHELL_FILE_BYTES, SHELL_LIMITS } from "../limits.ts";
import type { ShellCommand } from "./command.ts";

export interface BashSession {
  /** Runs a script; files it changes are written back to the container. Output comes when it has ended. */
  run(script: string, options: RunOptions): Promise<BashResult>;
  cwd(): string;
  /** Sets a variable for what runs next. */
  assign(name: string, value: string): void;
}

export interface RunOptions {
  readonly stdin?: string;
  readonly signal: AbortSignal;
}

export interface BashResult {
  readonly stdout: Uint8Array;
  readonly stderr: string;
  readonly exitCode: number;
}

interface SessionPlan {
  readonly context: ContainerContext;
  readonly env: Readonly<Record<string, string>>;
  readonly commands: ReadonlyMap<string, ShellCommand>;
}

/** Directories that every image has, empty or not. */
const EVERYWHERE = ["/root", "/tmp", "/var/log", "/home"];

/** A POSIX shell over the container's files, with our own network commands. */
export async function openBash({ context, env, commands }: SessionPlan): Promise<BashSession> {
  // Loaded when first needed: most containers never see a shell.
  const { Bash, defineCommand } = await import("just-bash");
  const custom = [...commands].map(
    ([name, command]): CustomCommand =>
      defineCommand(name, async (args, shell) => {
        const stdout: Buffer[] = [];
        let stderr = "";
        const exitCode = await command(
          {
            args,
            env: Object.fromEntries(shell.env),
            cwd: shell.cwd,
            stdin: async () => Buffer.from(String(shell.stdin), "latin1"),
            stdout: (chunk) => stdout.push(Buffer.from(chunk)),
            stderr: (text) => {
              stderr += text;
            },
            stdoutIsTerminal: false,
            signal: shell.signal ?? context.terminate,
          },
          context,
        );
        return {
          stdout: Buffer.concat(stdout).toString("latin1"),
          stdoutEncoding: "binary",
          stderr,
          exitCode,
        };
      }),
  );
  const files = readTree(context);
  const bash = new Bash({
    files: Object.fromEntries(files),
    env: { ...env },
    cwd: context.workingDir ?? "/",
    customCommands: custom,
    executionLimits: SHELL_LIMITS,
    sleep: (ms) => context.clock.sleep(ms),
    // Scripts are interpreted, never evaluated as JavaScript; the guard would slow the whole practice cluster.
    defenseInDepth: false,
  });
  for (const directory of EVERYWHERE) await bash.fs.mkdir(directory, { recursive: true });
  let cwd = context.workingDir ?? "/";
  let variables: Record<string, string> = { ...env };
  return {
    cwd: () => cwd,
    assign: (name, value) => {
      variables = { ...variables, [name]: value };
    },
    async run(script, { stdin, signal }) {
      const options = {
        cwd,
        env: variables,
        replaceEnv: true,
        signal,
        // One character for each byte, so that what is no text passes unchanged.
        ...(stdin === undefined ? {} : { stdin, stdinKind: "bytes" as const }),
      };
      const result = await bash.exec(script, options);
      variables = result.env;
      cwd = result.env.PWD ?? cwd;
      await writeBack(bash, context, files);
      const encoding = result.stdoutKind === "bytes" || result.stdoutEncoding ? "latin1" : "utf8";
      return {
        stdout: Buffer.from(result.stdout, encoding),
        stderr: result.stderr.replace(/^bash: /gm, "sh: "),
        exitCode: result.exitCode,
      };
    },
  };
}

function readTree({ files }: ContainerContext): Map<string, Uint8Array> {
  const found = new Map<string, Uint8Array>();
  const visit = (path: string) => {
    for (const name of files.list(path || "/") ?? []) {
      const child = `${path}/${name}`;
      const content = files.read(child);
      if (content) found.set(child, content);
      else visit(child);
    }
  };
  visit("");
  return found;
}

/** Only what changed; the shell's own /bin, /proc and /dev are not the container's. */
async function writeBack(
  bash: Bash,
  { files }: ContainerContext,
  before: Map<string, Uint8Array>,
): Promise<void> {
  const paths = new Set(bash.fs.getAllPaths());
  for (const path of paths) {
    if (/^\/(bin|usr\/bin|proc|dev|sys)(\/|$)/.test(path)) continue;
    const stat = await bash.fs.lstat(path);
    if (!stat.isFile || stat.size > MAX_SHELL_FILE_BYTES) continue;
    const content = await bash.fs.readFileBuffer(path);
    const old = before.get(path);
    if (old && Buffer.compare(old, content) === 0) continue;
    files.write(path, content);
    before.set(path, content);
  }
  for (const path of before.keys()) {
    if (paths.has(path)) continue;
    files.remove?.(path);
    before.delete(path);
  }
}
