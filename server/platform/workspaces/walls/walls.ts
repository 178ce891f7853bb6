import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  symlinkSync,
  unlinkSync,
} from "node:fs";
import path from "node:path";
import { MAX_SOCKET_PATH, privateSocketPath, quotaNames, systemProgram } from "../../../workspace/index.ts";
import { type Accounts, giveTo } from "./accounts.ts";
import { CLOSE_INHERITED, HOST_RUN_FOLDER, outerWall, type WallTools } from "./outer-wall.ts";
import { readablePaths } from "./readable.ts";
import type { HostCommand, Wall } from "./wall.ts";

export interface WallOptions {
  /** Real paths of what hosts and learners' tools are made of. */
  readonly readable: readonly string[];
  /** Who a workspace is on this machine; undefined: we are an ordinary user, and so is everything we start. */
  readonly accounts: Accounts | undefined;
}

/** What a host may know of our environment: nothing that opens a database or sends a mail. */
const PASSED_ON = [
  ...["LANG", "LC_ALL", "TZ", "NODE_ENV", "MESHWORK_CLUSTER_LOG"],
  ...["MESHWORK_GATEWAY_IP", "MESHWORK_INGRESS_PORT", "MESHWORK_SECURE_INGRESS_PORT"],
  ...quotaNames,
];

function hostEnvironment(dir: string): HostCommand["env"] {
  const passed = PASSED_ON.flatMap((name) => (process.env[name] ? [[name, process.env[name]] as const] : []));
  return {
    ...Object.fromEntries(passed),
    PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    HOME: dir,
  };
}

export function wallTools(): WallTools | { readonly missing: string } {
  const bwrap = systemProgram("bwrap");
  const ip = systemProgram("ip");
  const setpriv = systemProgram("setpriv");
  if (!bwrap) return { missing: "bubblewrap" };
  if (!ip) return { missing: "iproute2" };
  if (!setpriv || !systemProgram("prlimit")) return { missing: "util-linux" };
  return { bwrap, ip, setpriv };
}

/** Namespaces: own network, own files, and inside it a second wall around each of the learner's programs. */
export function sandboxWall(options: WallOptions, tools: WallTools): Wall {
  return {
    isolation: "strong",
    room(workspace, dir) {
      const { readable } = options;
      const uid = options.accounts?.of(workspace);
      prepareFolder(dir, uid);
      return {
        socketPath: shortWay(dir),
        hostSocketPath: path.join(HOST_RUN_FOLDER, "host.sock"),
        uid,
        // The outer wall makes the cluster's addresses local.
        hostArguments: ["--isolation", "strong", "--edges", "addresses"],
        command: (words) => ({
          words: outerWall(
            { dir, readable: [...readable, ...named(words, [...readable, dir])], tools, uid },
            words,
          ),
          env: hostEnvironment(dir),
        }),
      };
    },
  };
}

/** What the words themselves name, e.g. the labs of a class, where it is not to be seen already. */
function named(words: readonly string[], seen: readonly string[]): string[] {
  const already = [...seen, HOST_RUN_FOLDER, "/usr", "/bin", "/sbin", "/lib"].map(
    (folder) => `${folder}${path.sep}`,
  );
  const absolute = words.filter((word) => path.isAbsolute(word));
  return readablePaths(
    absolute.filter((word) => !already.some((folder) => `${word}${path.sep}`.startsWith(folder))),
  );
}

/**
 * Lets workspaces' users through to their own folders: they may pass the data folder, but neither list it nor open
 * anything else in it.
 */
export function openTheWay(workspacesDir: string): void {
  const data = path.dirname(workspacesDir);
  for (const entry of readdirSync(data, { withFileTypes: true })) {
    const file = path.join(data, entry.name);
    if (file !== workspacesDir && !entry.isSymbolicLink())
      chmodSync(file, entry.isDirectory() ? 0o700 : 0o600);
  }
  for (const folder of [data, workspacesDir]) chmodSync(folder, 0o711);
}

/** A user of the machine for each workspace, and nothing more. Needs root. */
export function sharedWall(accounts: Accounts, setpriv: string): Wall {
  return {
    isolation: "shared",
    room(workspace, dir) {
      const uid = accounts.of(workspace);
      prepareFolder(dir, uid);
      const socketPath = path.join(dir, "run", "host.sock");
      return {
        ...{ socketPath, hostSocketPath: socketPath, uid, hostArguments: ["--isolation", "shared"] },
        command: (words) => ({
          words: [
            ...asUser(setpriv, uid),
            "/bin/bash",
            "-c",
            `${CLOSE_INHERITED}; exec "$@"`,
            "close",
            ...words,
          ],
          env: hostEnvironment(dir),
        }),
      };
    },
  };
}

export function asUser(setpriv: string, uid: number): string[] {
  return [
    ...[setpriv, "--reuid", String(uid), "--regid", String(uid), "--clear-groups"],
    ...["--inh-caps=-all", "--bounding-set=-all", "--no-new-privs", "--"],
  ];
}

function prepareFolder(dir: string, uid: number | undefined): void {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  chmodSync(dir, 0o700);
  if (uid !== undefined) giveTo(uid, dir);
  const run = path.join(dir, "run");
  if (existsSync(run)) return;
  mkdirSync(run, { mode: 0o700 });
  if (uid !== undefined) chownSync(run, uid, uid);
}

/** The kernel takes 100 characters of a socket's path; behind a link in a folder of ours it takes any depth. */
function shortWay(dir: string): string {
  const plain = path.join(dir, "run", "host.sock");
  if (plain.length <= MAX_SOCKET_PATH) return plain;
  const link = privateSocketPath(dir, "host").replace(/\.sock$/, "");
  if (lstatSync(link, { throwIfNoEntry: false })) unlinkSync(link);
  symlinkSync(path.join(dir, "run"), link);
  return path.join(link, "host.sock");
}
