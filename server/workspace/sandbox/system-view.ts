import { existsSync, lstatSync, readlinkSync } from "node:fs";
import path from "node:path";

/** Where a distribution keeps its programs beside /usr: links into it nowadays, folders on older ones. */
const BESIDE_USR = ["bin", "sbin", "lib", "lib32", "lib64", "libx32"];

/** What programs need of /etc. Nothing in it tells of the machine's people or services. */
const OF_ETC = [
  ...["alternatives", "ld.so.cache", "ld.so.conf", "ld.so.conf.d", "localtime", "terminfo"],
  ...["ssl/certs", "ssl/openssl.cnf", "bash_completion.d", "inputrc", "vim", "nanorc"],
];

/** bwrap's arguments for the machine's own programs, to be read only. Links are followed here, so they are named as they are. */
export function systemMounts(): string[] {
  const beside = BESIDE_USR.flatMap((name) => {
    const at = `/${name}`;
    if (!existsSync(at)) return [];
    return lstatSync(at).isSymbolicLink() ? ["--symlink", readlinkSync(at), at] : ["--ro-bind", at, at];
  });
  const etc = OF_ETC.map((name) => `/etc/${name}`).filter((file) => existsSync(file));
  return [
    ...["--ro-bind", "/usr", "/usr"],
    ...beside,
    ...openParents(["/etc/x", ...etc]),
    ...etc.flatMap((file) => ["--ro-bind", file, file]),
  ];
}

/** A folder that bwrap would make on the way to a mount is closed to others; made by name it is open (0755). */
export function openParents(targets: readonly string[]): string[] {
  const parents = new Set<string>();
  for (const target of targets)
    for (let folder = path.dirname(target); folder !== "/"; folder = path.dirname(folder))
      parents.add(folder);
  return [...parents].sort().flatMap((folder) => ["--dir", folder]);
}

const SYSTEM_FOLDERS = ["/usr/bin", "/usr/sbin", "/bin", "/sbin", "/usr/local/bin"];

/** A program of the system, whatever PATH says. */
export function systemProgram(name: string): string | undefined {
  return SYSTEM_FOLDERS.map((folder) => path.join(folder, name)).find((file) => existsSync(file));
}
