import type { Command } from "./command.ts";
import { install, uninstall, upgrade, verifyInstall } from "./install/index.ts";
import { kubeInject } from "./kube-inject/index.ts";
import { manifest } from "./manifest/index.ts";
import { profile } from "./profile/index.ts";
import { tag } from "./tag/index.ts";

/** Commands that put a mesh into a cluster, look at what that would be, and take it away. */
export const installing: readonly Command[] = [
  ...[install, kubeInject, manifest, profile, tag],
  ...[uninstall, upgrade, verifyInstall],
];
