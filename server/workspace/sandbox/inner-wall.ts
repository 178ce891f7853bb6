import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { encodeProgram, seccompProgram } from "./seccomp.ts";
import { openParents, systemMounts } from "./system-view.ts";

/** Descriptors that bwrap reads the filter and its arguments from. */
export const FILTER_DESCRIPTOR = "3";
export const WALL_DESCRIPTOR = "4";
const SMALL = String(1024 * 1024);

export interface WallFiles {
  readonly filter: string;
  /** Files of the sandbox's /etc by name. */
  readonly etc: Readonly<Record<string, string>>;
}

export interface InnerPlaces {
  readonly home: string;
  readonly tmp: string;
  readonly handout: string;
  readonly toolbox: string | undefined;
  readonly files: WallFiles;
  /** The program `node` where the system's own folders do not hold it. */
  readonly node: string | undefined;
}

const ETC = {
  passwd:
    "root:x:0:0:root:/root:/usr/sbin/nologin\nlearner:x:1000:1000::/home/learner:/bin/bash\nnobody:x:65534:65534::/:/usr/sbin/nologin\n",
  group: "root:x:0:\nlearner:x:1000:\nnogroup:x:65534:\n",
  hosts: "127.0.0.1 localhost workshop\n::1 localhost\n",
  "nsswitch.conf": "passwd: files\ngroup: files\nhosts: files dns\n",
};

/** Throws where the processor's system calls are not known to us. */
export function writeWallFiles(folder: string): WallFiles {
  const program = seccompProgram(process.arch);
  if (!program) throw new Error(`There is no system call filter for ${process.arch} processors.`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const write = (name: string, data: string | Buffer) => {
    const file = path.join(folder, name);
    writeFileSync(file, data, { mode: 0o644 });
    return file;
  };
  return {
    filter: write("filter.bpf", encodeProgram(program)),
    etc: Object.fromEntries(Object.entries(ETC).map(([name, text]) => [name, write(name, text)])),
  };
}

/**
 * Writes bwrap's arguments for a learner's programs into a file, so that they do not fill what `ps` shows; only the
 * folder to begin in comes with each program. No --new-session: job control and resize would go with it, and typing into
 * the terminal is refused by the filter. No --as-pid-1: after `exec` nobody would reap what is orphaned.
 */
export function writeInnerWall(file: string, places: InnerPlaces): string {
  writeFileSync(
    file,
    innerWall(places)
      .map((word) => `${word}\0`)
      .join(""),
    { mode: 0o644 },
  );
  return file;
}

function innerWall(places: InnerPlaces): string[] {
  const { home, tmp, handout, toolbox, files, node } = places;
  const readOnly: (readonly [string, string])[] = [
    [handout, "/run/meshwork"],
    ...(toolbox ? [[toolbox, "/opt/meshwork/toolbox"] as const] : []),
    ...(toolbox ? packages(toolbox) : []),
    ...(node ? [[node, "/opt/meshwork/node"] as const] : []),
    ...Object.entries(files.etc).map(([name, file]) => [file, `/etc/${name}`] as const),
  ];
  return [
    ...["--unshare-user", "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try"],
    ...["--disable-userns", "--assert-userns-disabled", "--die-with-parent", "--cap-drop", "ALL"],
    ...["--uid", "1000", "--gid", "1000", "--hostname", "workshop"],
    ...systemMounts(),
    ...["--proc", "/proc", "--dev", "/dev"],
    // Memory that no process is charged for: small.
    ...["/dev/shm", "/var", "/run"].flatMap((folder) => ["--size", SMALL, "--tmpfs", folder]),
    ...openParents([...readOnly.map(([, target]) => target), "/home/learner"]),
    ...readOnly.flatMap(([source, target]) => ["--ro-bind", source, target]),
    ...["--bind", tmp, "/tmp", "--bind", home, "/home/learner"],
    ...["--seccomp", FILTER_DESCRIPTOR, "--remount-ro", "/"],
  ];
}

/** The bundled jq loads packages from beside the toolbox's folder, or above it. */
function packages(toolbox: string): (readonly [string, string])[] {
  const folders = [path.join(toolbox, "../node_modules"), path.join(toolbox, "../../node_modules")];
  const folder = folders.find((at) => existsSync(at));
  return folder === undefined ? [] : [[folder, "/opt/meshwork/node_modules"]];
}
