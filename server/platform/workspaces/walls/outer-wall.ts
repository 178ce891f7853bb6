import { openParents, systemMounts } from "../../../workspace/index.ts";

export interface OuterPlaces {
  /** The workspace's own folder, under its own name: the host may write there. */
  readonly dir: string;
  /** Real paths that the host reads: programs, packages, labs. Everything else of the machine is not there. */
  readonly readable: readonly string[];
  /** Full paths of the programs that build the wall. */
  readonly tools: WallTools;
  /** Started by root: the user to become. */
  readonly uid: number | undefined;
}

export interface WallTools {
  readonly bwrap: string;
  readonly ip: string;
  readonly setpriv: string;
}

/** In the host's own view: short, so that the kernel takes it however deep the workspace's folder lies. */
export const HOST_RUN_FOLDER = "/run/meshwork";

/** What whoever started web has left open would be open in every learner's shell. In bash: dash knows ten descriptors. */
export const CLOSE_INHERITED =
  'cd /proc/self/fd; for fd in *; do [ "$fd" -le 2 ] || eval "exec $fd>&-"; done; cd "$OLDPWD"';

/**
 * A network of its own with nothing but a loopback, to which every address of the practice cluster belongs: pods and
 * services are 10.0.0.0/8, gateways 172.18.0.0/16. Ports below 1024 are anybody's. Then the way back is thrown away.
 */
const NETWORK = [
  `${CLOSE_INHERITED}; ip=$1; shift; "$ip" route add local 10.0.0.0/8 dev lo`,
  '"$ip" route add local 172.18.0.0/16 dev lo',
  "echo 0 >/proc/sys/net/ipv4/ip_unprivileged_port_start",
  'exec "$@"',
].join(" && ");

/**
 * The words that start a workspace host behind the outer wall. Processes stay visible to both sides: web finds and ends
 * a host by its pid. The learner's programs get a view of processes of their own from the inner wall.
 */
export function outerWall({ dir, readable, tools, uid }: OuterPlaces, words: readonly string[]): string[] {
  const mounts = [...readable, dir];
  return [
    tools.bwrap,
    ...["--unshare-net", "--unshare-ipc", "--unshare-cgroup-try"],
    ...(uid === undefined ? ORDINARY_USER : ["--dev", "/dev"]),
    ...systemMounts(),
    ...["--bind", "/proc", "/proc", "--tmpfs", "/tmp"],
    ...openParents([...mounts, `${HOST_RUN_FOLDER}/x`]),
    ...readable.flatMap((folder) => ["--ro-bind", folder, folder]),
    ...["--bind", dir, dir, "--bind", `${dir}/run`, HOST_RUN_FOLDER, "--chdir", dir],
    ...["--", "/bin/bash", "-c", NETWORK, "network", tools.ip],
    ...[
      tools.setpriv,
      ...(uid === undefined ? [] : ["--reuid", String(uid), "--regid", String(uid), "--clear-groups"]),
    ],
    ...["--inh-caps=-all", "--ambient-caps=-all", "--bounding-set=-all", "--no-new-privs", "--"],
    ...words,
  ];
}

/**
 * Capabilities are those of the new user namespace, for the network's set-up only. With --dev, bwrap would make a second
 * user namespace, which owns no network; /dev is as any process of this user sees it.
 */
const ORDINARY_USER = [
  ...["--unshare-user", "--cap-drop", "ALL", "--cap-add", "CAP_NET_ADMIN", "--cap-add", "CAP_SETPCAP"],
  ...["--dev-bind", "/dev", "/dev"],
];
