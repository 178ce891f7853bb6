import type { Readable, Writable } from "node:stream";
import type { Clock, Random } from "../base/index.ts";
import type { PodNetwork } from "../network/types.ts";

/** Files a container sees: its image's own, its volumes, and what it writes itself (lost with the container). */
export interface ContainerFiles {
  /** Undefined when there is no such file. Volumes from config maps, secrets, tokens and the downward API are read live. */
  read(path: string): Uint8Array | undefined;
  /** Names in a directory, sorted; undefined when there is no such directory. */
  list(path: string): readonly string[] | undefined;
  /** Throws an error with code EROFS or ENOSPC. */
  write(path: string, content: Uint8Array): void;
  /** Removes a file; nothing happens when there is none. Throws an error with code EROFS. */
  remove?(path: string): void;
}

export interface PodFacts {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly ip: string;
  readonly hostIP: string;
  readonly nodeName: string;
  readonly serviceAccountName: string;
  /** Read live: a label change shows. */
  labels(): Readonly<Record<string, string>>;
  annotations(): Readonly<Record<string, string>>;
}

/** What a program is given when its container starts. */
export interface ContainerContext {
  readonly pod: PodFacts;
  readonly container: string;
  readonly image: string;
  /** Command and arguments as the pod says (image entry point when it says nothing); variables expanded. */
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** The user its processes run as. Absent: root. */
  readonly uid?: number;
  /** Absent: "/". */
  readonly workingDir?: string;
  readonly files: ContainerFiles;
  /** Connects as the container's user (its program's `uid`, or what the pod's securityContext says) unless told otherwise. */
  readonly network: PodNetwork;
  /** Container log. A write need not be a whole line; the kubelet cuts lines. */
  stdout(text: string): void;
  stderr(text: string): void;
  /** The program's own commands, where the image has some beside the shell's. */
  readonly own?: { readonly commands: readonly string[]; exec(io: ExecIO): Promise<number> | undefined };
  /** What an attached client types, when the container has a stdin. */
  readonly stdin?: Readable;
  /** Whether standard output is a terminal. Absent: no. */
  readonly tty?: boolean;
  /** resources.limits.memory. Absent: none. */
  readonly memoryLimitBytes?: number;
  /** The kernel ends the container for having taken more memory than its limit. */
  outOfMemory?(): void;
  /** Milliseconds of CPU that the real program would have spent just now; `kubectl top` shows them. */
  worked?(cpuMs: number): void;
  /** What `checkpoint` of an earlier run gave: this run goes on in its place. Absent: a start like any other. */
  readonly checkpoint?: string;
  /** Aborts at SIGTERM; the program has the grace period to exit by itself. */
  readonly terminate: AbortSignal;
  readonly clock: Clock;
  readonly random: Random;
}

export interface ExecIO {
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly stdin?: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable;
  readonly tty: boolean;
  readonly signal: AbortSignal;
}

/** A started container. */
export interface RunningProgram {
  /** The exit code; a rejection is a bug in the program and is reported as exit code 139. */
  readonly exited: Promise<number>;
  /** SIGKILL: must stop everything it started, at once. */
  kill(): void;
  /** Commands of the image's own (pilot-agent …). Undefined result: not known here, the in-container shell tries. */
  exec?(io: ExecIO): Promise<number> | undefined;
  /** What a run in a copy of the cluster needs to go on in this one's place. */
  checkpoint?(): string | undefined;
  /** What the real program would be using now, beside what it has said to have worked. */
  usage?(): Usage;
}

export interface Usage {
  readonly cpuMillis?: number;
  readonly memoryBytes?: number;
}

/** What an image runs. Programs are found by image name (registry prefix and tag stripped). */
export interface Program {
  /** Image repository without registry, e.g. "istio/proxyv2", "nicholasjackson/fake-service", "curlimages/curl". */
  readonly images: readonly string[];
  /** Docker's ENTRYPOINT: replaced by the pod's `command`. */
  readonly entrypoint: readonly string[];
  /** Docker's CMD: follows the entry point when the pod gives neither `command` nor `args`. */
  readonly cmd?: readonly string[];
  /** Docker's WORKDIR. Absent: "/". */
  readonly workingDir?: string;
  /** Names of the commands that `exec` of its running program knows, for scripts of the in-container shell. */
  readonly commands?: readonly string[];
  /** Docker's ENV; the pod's own variables come first. */
  readonly env?: Readonly<Record<string, string>>;
  /** Whether `sh -c`, curl and friends exist inside (a distroless image has none). */
  readonly hasShell: boolean;
  /** User id its processes run as when the pod does not say. */
  readonly uid?: number;
  /**
   * Whether an executable that the pod names is this program. When it is not, a shell command runs in its place if the
   * image has a shell, and otherwise the container does not start. Absent: every command is the program's.
   */
  runs?(executable: string): boolean;
  start(context: ContainerContext): RunningProgram;
}

/** The commands that every image with a shell has; the kubelet asks it for what a program does not know itself. */
export interface ContainerShell {
  /** Undefined result: no such command in the image. */
  exec(context: ContainerContext, io: ExecIO): Promise<number> | undefined;
  knows(command: string): boolean;
  /** A command as the container's first process. */
  start(context: ContainerContext): RunningProgram;
}
