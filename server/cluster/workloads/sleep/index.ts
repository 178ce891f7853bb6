import type { ContainerContext, ContainerShell, Program, RunningProgram } from "../../container/index.ts";
import { toLog } from "../http/to-log.ts";

/** Exit code of a command that the image does not have, as runc has it. */
const NOT_FOUND = 127;
const SIGTERM_EXIT = 143;
const CURL_ENTRYPOINT = "/entrypoint.sh";

interface ShellImage {
  readonly images: readonly string[];
  readonly entrypoint?: readonly string[];
  readonly cmd: readonly string[];
  readonly uid?: number;
}

/**
 * An image that runs whatever command the pod gives it. A command that sleeps ignores SIGTERM, as process 1 without a
 * handler does, so that deleting its pod takes the grace period.
 */
function shellProgram({ entrypoint = [], ...image }: ShellImage, shell: ContainerShell): Program {
  return { ...image, entrypoint, hasShell: true, start: (context) => run(context, shell) };
}

function run(context: ContainerContext, shell: ContainerShell): RunningProgram {
  const killed = new AbortController();
  const { env } = context;
  const command = throughEntrypoint(context, shell);
  const io = {
    command,
    env,
    stdout: toLog((text) => context.stdout(text)),
    stderr: toLog((text) => context.stderr(text)),
    tty: false,
    signal: killed.signal,
  };
  const name = command[0]?.split("/").pop() ?? "";
  // A shell as process 1 passes SIGTERM on to nobody either, but ends with the command it waits for.
  if (name !== "sleep" && name !== "sh")
    context.terminate.addEventListener("abort", () => killed.abort(), { once: true });
  const missing = () => {
    context.stderr(`exec: "${command[0]}": executable file not found in $PATH\n`);
    return NOT_FOUND;
  };
  const running = shell.exec(context, io) ?? Promise.resolve(missing());
  const ended = running.then((code) => (killed.signal.aborted ? SIGTERM_EXIT : code));
  return { exited: ended, kill: () => killed.abort() };
}

/** curlimages/curl's entrypoint.sh: what is no command of the image is arguments for curl. */
function throughEntrypoint({ command }: ContainerContext, shell: ContainerShell): readonly string[] {
  const [first, ...rest] = command;
  if (first !== CURL_ENTRYPOINT) return command;
  const name = rest[0] ?? "";
  return name.startsWith("-") || !shell.knows(name) ? ["curl", ...rest] : rest;
}

const IMAGES: readonly ShellImage[] = [
  { images: ["curlimages/curl"], entrypoint: [CURL_ENTRYPOINT], cmd: ["curl"], uid: 100 },
  { images: ["governmentpaas/curl-ssl"], cmd: ["/bin/sh"] },
  { images: ["busybox", "registry.k8s.io/busybox", "registry.k8s.io/e2e-test-images/busybox"], cmd: ["sh"] },
  { images: ["alpine", "ubuntu", "debian"], cmd: ["/bin/sh"] },
  { images: ["nicolaka/netshoot", "praqma/network-multitool", "wbitt/network-multitool"], cmd: ["/bin/sh"] },
];

export function shellPrograms(shell: ContainerShell): readonly Program[] {
  return IMAGES.map((image) => shellProgram(image, shell));
}
