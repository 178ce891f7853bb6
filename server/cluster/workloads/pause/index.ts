import type { Program } from "../../container/index.ts";

/** registry.k8s.io/pause: waits for SIGTERM and says goodbye with 0. */
export const pause: Program = {
  images: ["registry.k8s.io/pause", "rancher/mirrored-pause"],
  entrypoint: ["/pause"],
  hasShell: false,
  uid: 65535,
  start(context) {
    let end: (code: number) => void = () => undefined;
    const exited = new Promise<number>((resolve) => {
      end = resolve;
    });
    context.terminate.addEventListener("abort", () => end(0), { once: true });
    return { exited, kill: () => end(137) };
  },
};
