import type { ContainerFiles } from "../container/index.ts";
import type { VolumeMount } from "./pod.ts";
import { emptyDir, fileError, type MountedVolume } from "./volumes.ts";

export interface ContainerFilesPlan {
  readonly mounts: readonly VolumeMount[];
  readonly volumes: ReadonlyMap<string, MountedVolume>;
  /** What the kubelet writes for every container: /etc/hosts, /etc/hostname, /etc/resolv.conf. */
  readonly system: ReadonlyMap<string, string>;
  readonly readOnlyRoot: boolean;
}

interface Mount {
  /** Normalised, without a trailing slash. */
  readonly at: string;
  readonly subPath: string;
  readonly volume: MountedVolume;
  readonly readOnly: boolean;
}

/** A container's view of its files: volumes where they are mounted, and beneath them a layer of its own. */
export function containerFiles(plan: ContainerFilesPlan): ContainerFiles {
  const own = emptyDir();
  for (const [path, text] of plan.system) own.write?.(path.slice(1), Buffer.from(text));
  const root: Mount = { at: "", subPath: "", volume: own, readOnly: plan.readOnlyRoot };
  // The longest mount path that fits wins, as nested mounts do.
  const mounts = [...plan.mounts.flatMap((mount) => toMount(mount, plan.volumes)), root].sort(
    (a, b) => b.at.length - a.at.length,
  );
  const find = (path: string): { mount: Mount; inside: string } => {
    const mount = mounts.find(({ at }) => path === at || path.startsWith(`${at}/`)) ?? root;
    const rest = path.slice(mount.at.length + 1);
    return { mount, inside: joined(mount.subPath, rest) };
  };
  return {
    read(path) {
      const { mount, inside } = find(normalise(path));
      return mount.volume.files().get(inside);
    },
    list: (path) => listDirectory(normalise(path), mounts, find),
    write(path, content) {
      const { mount, inside } = find(normalise(path));
      if (mount.readOnly || !mount.volume.write) throw fileError("EROFS", path);
      mount.volume.write(inside, content);
    },
    remove(path) {
      const { mount, inside } = find(normalise(path));
      if (mount.readOnly || !mount.volume.remove) throw fileError("EROFS", path);
      mount.volume.remove(inside);
    },
  };
}

function toMount(mount: VolumeMount, volumes: ReadonlyMap<string, MountedVolume>): Mount[] {
  const volume = volumes.get(mount.name);
  if (!volume) return [];
  const subPath = mount.subPath ?? "";
  return [{ at: normalise(mount.mountPath), subPath, volume, readOnly: mount.readOnly ?? false }];
}

function listDirectory(
  path: string,
  mounts: readonly Mount[],
  find: (path: string) => { mount: Mount; inside: string },
): readonly string[] | undefined {
  const { mount, inside } = find(path);
  const names = new Set<string>();
  const prefix = inside === "" ? "" : `${inside}/`;
  for (const file of mount.volume.files().keys())
    if (file.startsWith(prefix)) names.add(file.slice(prefix.length).split("/")[0] ?? "");
  // Mount points below this directory show as entries.
  for (const { at } of mounts)
    if (at.startsWith(`${path}/`)) names.add(at.slice(path.length + 1).split("/")[0] ?? "");
  const isMountPoint = mounts.some(({ at }) => at === path);
  return names.size > 0 || isMountPoint ? [...names].filter(Boolean).sort() : undefined;
}

const joined = (left: string, right: string) => (left && right ? `${left}/${right}` : left || right);

/** Absolute, without `.`, `..`, doubled or trailing slashes; "" for the root. */
function normalise(path: string): string {
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return parts.map((part) => `/${part}`).join("");
}
