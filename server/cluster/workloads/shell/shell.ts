import type { ContainerContext, ContainerShell, ExecIO } from "../../container/index.ts";
import { curl } from "../curl/curl.ts";
import { wget } from "../curl/wget.ts";
import { type BashResult, openBash } from "./bash.ts";
import { env, hostname, id, ps, sleep, whoami } from "./basics.ts";
import { INTERRUPTED, type ShellCommand } from "./command.ts";
import { interruptible, readAll, runDirect } from "./direct.ts";
import { firstProcess } from "./first-process.ts";
import { interactiveShell } from "./interactive.ts";
import { dig, getent, nc, nslookup, refused } from "./network-tools.ts";
import { ownCommands } from "./own-commands.ts";
import { walkScript } from "./statements.ts";

const COMMANDS: ReadonlyMap<string, ShellCommand> = new Map([
  ["curl", curl],
  ["wget", wget],
  ["nslookup", nslookup],
  ["dig", dig],
  ["getent", getent],
  ["nc", nc],
  ["ping", refused("ping", "ICMP is not supported by the practice cluster; try nc -z HOST PORT")],
  ["traceroute", refused("traceroute", "not supported by the practice cluster")],
  ["telnet", refused("telnet", "not supported by the practice cluster; try nc HOST PORT")],
  ["netstat", refused("netstat", "not supported by the practice cluster")],
  ["ss", refused("ss", "not supported by the practice cluster")],
  ["tcpdump", refused("tcpdump", "not supported by the practice cluster")],
  ["sleep", sleep],
  ["env", env],
  ["printenv", env],
  ["hostname", hostname],
  ["ps", ps],
  ["id", id],
  ["whoami", whoami],
]);

const SHELLS = new Set(["sh", "bash", "ash"]);
const DIRECTORIES = /^(\/usr\/local|\/usr)?\/s?bin\//;

/** Commands known to the interpreter; a fixed list so that `exec` can say at once whether a command exists. */
const POSIX = new Set(
  (
    "awk base64 basename cat chmod clear cp cut date diff dirname du echo egrep expr false fgrep file find fold grep gzip gunzip head " +
    "join ln ls md5sum mkdir mv nl od paste printf pwd readlink rev rm rmdir sed seq sha1sum sha256sum sort split stat strings tac tail " +
    "tar tee test time timeout touch tr tree true uname uniq unlink wc which xargs zcat"
  ).split(" "),
);

/** The in-container shell: our own network commands, and a POSIX shell for the rest. */
export function createContainerShell(): ContainerShell {
  const shell: Pick<ContainerShell, "exec" | "knows"> = {
    knows: (path) => !isElsewhere(path) && isKnown(path.replace(DIRECTORIES, "")),
    exec(context, io) {
      const [path = "", ...args] = io.command;
      if (isElsewhere(path)) return undefined;
      const name = path.replace(DIRECTORIES, "");
      if (SHELLS.has(name)) return runShell(args, context, io);
      const command = COMMANDS.get(name);
      // env runs what follows its assignments; alone it prints.
      if (name === "env" && args.some((arg) => !arg.includes("=")))
        return runScript(quote(io.command), context, io);
      if (command) return runDirect(command, args, { io: interruptible(io), context });
      if (name === "tar") return runScript(quote(["tar", ...withoutLeadingSlash(args, io)]), context, io);
      return POSIX.has(name) ? runScript(quote([name, ...args]), context, io) : undefined;
    },
  };
  return { ...shell, start: (context) => firstProcess(context, shell.exec) };
}

/** The shell's commands and those of the image's program. */
const commandsOf = (context: ContainerContext): ReadonlyMap<string, ShellCommand> =>
  context.own ? new Map([...COMMANDS, ...ownCommands(context)]) : COMMANDS;

const isElsewhere = (path: string) => path.includes("/") && !DIRECTORIES.test(path);
const isKnown = (name: string) => SHELLS.has(name) || COMMANDS.has(name) || POSIX.has(name);

/** tar stores paths relative to the root, as every real one does; `kubectl cp` relies on it. */
function withoutLeadingSlash(args: readonly string[], { stderr }: ExecIO): readonly string[] {
  const [flags = "", ...rest] = args;
  if (!/^-?[a-z]*c[a-z]*$/.test(flags) || !rest.some((path) => path.startsWith("/"))) return args;
  const archive = flags.includes("f") ? rest.slice(0, 1) : [];
  const paths = rest.slice(archive.length);
  if (!paths.every((path) => path.startsWith("/"))) return args;
  stderr.write("tar: removing leading '/' from member names\n");
  return [flags, ...archive, "-C", "/", ...paths.map((path) => path.replace(/^\/+/, "") || ".")];
}

async function runShell(args: readonly string[], context: ContainerContext, io: ExecIO): Promise<number> {
  const option = args.findIndex((arg) => /^-[a-z]*c$/.test(arg));
  const script = args[option + 1];
  if (option >= 0 && script !== undefined) {
    // sh -c 'script' name one two: the words after the script are $0, $1 …
    const positional = args.slice(option + 3);
    const flags = args
      .slice(0, option + 1)
      .join("")
      .replace(/[^euxvf]/g, "");
    const options = flags ? `set -${flags}\n` : "";
    const prefix = positional.length > 0 ? `set -- ${quote(positional)}\n` : "";
    return runScript(options + prefix + script, context, io);
  }
  const file = args.find((arg) => !arg.startsWith("-"));
  if (file !== undefined) {
    const content = context.files.read(file);
    if (!content) {
      io.stderr.write(`sh: can't open '${file}': No such file or directory\n`);
      return 2;
    }
    return runScript(Buffer.from(content).toString("utf8"), context, io);
  }
  if (io.tty) return interactiveShell({ context, io, commands: commandsOf(context) });
  return runScript((await readAll(io.stdin)).toString("utf8"), context, { ...io, stdin: undefined });
}

type ScriptIO = Omit<ExecIO, "stdin"> & { readonly stdin?: ExecIO["stdin"] | undefined };

async function runScript(script: string, context: ContainerContext, io: ScriptIO): Promise<number> {
  const { stdin, ...rest } = io;
  const whole = interruptible({ ...rest, ...(stdin ? { stdin } : {}) });
  const session = await openBash({ context, env: io.env, commands: commandsOf(context) });
  const show = ({ stdout, stderr }: BashResult) => {
    io.stdout.write(stdout);
    io.stderr.write(stderr);
  };
  // A terminal's input goes to no script: only Ctrl-C of it is looked for.
  if (!stdin || io.tty) {
    const walked = await walkScript(script, { session, signal: whole.signal, show });
    if (walked !== undefined) return whole.signal.aborted ? INTERRUPTED : walked;
  }
  const input = io.tty || !stdin ? undefined : (await readAll(stdin)).toString("latin1");
  const result = await session.run(script, {
    signal: whole.signal,
    ...(input === undefined ? {} : { stdin: input }),
  });
  show(result);
  return whole.signal.aborted ? INTERRUPTED : result.exitCode;
}

const quote = (words: readonly string[]) =>
  words.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(" ");
