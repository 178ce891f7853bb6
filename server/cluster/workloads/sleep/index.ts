import type { ContainerShell, Program } from "../../container/index.ts";

const CURL_ENTRYPOINT = "/entrypoint.sh";

interface ShellImage {
  readonly images: readonly string[];
  readonly entrypoint?: readonly string[];
  readonly cmd: readonly string[];
  readonly uid?: number;
}

const IMAGES: readonly ShellImage[] = [
  { images: ["governmentpaas/curl-ssl"], cmd: ["/bin/sh"] },
  { images: ["busybox", "registry.k8s.io/busybox", "registry.k8s.io/e2e-test-images/busybox"], cmd: ["sh"] },
  { images: ["alpine", "ubuntu", "debian"], cmd: ["/bin/sh"] },
  { images: ["nicolaka/netshoot", "praqma/network-multitool", "wbitt/network-multitool"], cmd: ["/bin/sh"] },
];

/** Images that have nothing but a shell: every command is the shell's. */
export function shellPrograms(shell: ContainerShell): readonly Program[] {
  const plain = IMAGES.map(
    ({ entrypoint = [], ...image }): Program => ({
      ...image,
      entrypoint,
      hasShell: true,
      runs: () => false,
      start: (context) => shell.start(context),
    }),
  );
  return [curlImage(shell), ...plain];
}

/** Its entrypoint.sh hands what is no command of the image to curl. */
function curlImage(shell: ContainerShell): Program {
  return {
    images: ["curlimages/curl"],
    entrypoint: [CURL_ENTRYPOINT],
    cmd: ["curl"],
    uid: 100,
    hasShell: true,
    runs: (executable) => executable === CURL_ENTRYPOINT,
    start(context) {
      const rest = context.command.slice(1);
      const name = rest[0] ?? "";
      const command = name.startsWith("-") || !shell.knows(name) ? ["curl", ...rest] : rest;
      return shell.start({ ...context, command });
    },
  };
}
