import { mkdirSync, rmSync } from "node:fs";
import path from "node:path";
import { FILTER_DESCRIPTOR, WALL_DESCRIPTOR, writeInnerWall, writeWallFiles } from "./inner-wall.ts";
import { limitWords } from "./limit-words.ts";
import type { Quotas } from "./quotas.ts";
import { systemProgram } from "./system-view.ts";

export type Isolation = "strong" | "shared" | "none";

/** A program with everything that it starts with. */
export interface Program {
  readonly file: string;
  readonly args: readonly string[];
  /** A path of the host, also where the program itself knows it by another name. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

/** What stands between a learner's programs and the machine. */
export interface Enclosure {
  readonly isolation: Isolation;
  /** What the learner may take; undefined: as much as there is. */
  readonly quotas: Quotas | undefined;
  /** Where the learner may write. */
  readonly writable: readonly string[];
  /** How the learner's programs call a file of the host. */
  inside(file: string): string;
  /** The host's path of what the learner's programs call so; undefined: the host does not have it. */
  outside(file: string): string | undefined;
  enclose(program: Program): Program;
}

/** One person on their own machine. */
export const noEnclosure: Enclosure = {
  isolation: "none",
  quotas: undefined,
  writable: [],
  inside: (file) => file,
  outside: (file) => file,
  enclose: (program) => program,
};

/** The workspace has a user of its own, and nothing more: its programs see the machine as any user does. */
export function sharedEnclosure(quotas: Quotas, home: string): Enclosure {
  return {
    ...noEnclosure,
    ...{ isolation: "shared", quotas, writable: [home] },
    enclose: ({ file, args, ...rest }) => {
      const [program = file, ...words] = [...limitWords(quotas), file, ...args];
      return { ...rest, file: program, args: words };
    },
  };
}

export interface SandboxPlaces {
  /** The workspace's own folder. The learner sees none of it but what is named below. */
  readonly dir: string;
  readonly home: string;
  /** What the learner's programs read: kubeconfig, start-up file, add-ons. */
  readonly handout: string;
  /** The folder of the toolbox, with `bin` in it. */
  readonly toolbox: string | undefined;
}

export class NoSandbox extends Error {}

/** Namespaces of its own for each terminal and each command; all of a workspace share its network, home and /tmp. */
export function openSandbox(places: SandboxPlaces, quotas: Quotas): Enclosure {
  const bwrap = systemProgram("bwrap");
  if (!bwrap) throw new NoSandbox("bubblewrap (bwrap) is not installed.");
  const tmp = path.join(places.dir, "tmp");
  rmSync(tmp, { recursive: true, force: true });
  for (const folder of [tmp, places.handout, places.home])
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  const files = writeWallFiles(path.join(places.dir, "wall"));
  const node = process.execPath.startsWith("/usr/") ? undefined : process.execPath;
  const wall = writeInnerWall(path.join(places.dir, "wall", "arguments"), { ...places, tmp, files, node });
  const names: (readonly [string, string])[] = [
    [places.home, "/home/learner"],
    [tmp, "/tmp"],
    [places.handout, "/run/meshwork"],
    ...(places.toolbox ? [[places.toolbox, "/opt/meshwork/toolbox"] as const] : []),
    ...(node ? [[node, "/opt/meshwork/node"] as const] : []),
  ];
  const inside = (file: string) => renamed(file, names) ?? file;
  return {
    ...{ isolation: "strong", quotas, writable: [places.home, tmp] },
    inside,
    outside: (file) =>
      renamed(
        file,
        names.map(([host, learner]) => [learner, host]),
      ),
    enclose: ({ file, args, cwd, env }) => ({
      file: "/bin/sh",
      args: [
        "-c",
        BEGIN,
        ...[files.filter, wall, bwrap, "--args", WALL_DESCRIPTOR, "--chdir", inside(cwd), "--"],
        ...limitWords(quotas),
        file,
        ...args,
      ],
      cwd: places.dir,
      env,
    }),
  };
}

/**
 * The filter and the wall travel as open files, which a pty's starter would not pass on. When the machine runs out of
 * memory, the learner's programs are the first to go.
 */
const BEGIN = `echo 900 >/proc/self/oom_score_adj; exec ${FILTER_DESCRIPTOR}<"$0" ${WALL_DESCRIPTOR}<"$1"; shift; exec "$@"`;

function renamed(file: string, names: readonly (readonly [string, string])[]): string | undefined {
  for (const [from, to] of names) {
    if (file === from) return to;
    if (file.startsWith(`${from}/`)) return to + file.slice(from.length);
  }
  return undefined;
}
