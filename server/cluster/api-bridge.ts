import net from "node:net";
import type { Disposable, Logger } from "./base/index.ts";
import type { Connection, PracticeNetwork } from "./network/index.ts";

/** The port at which the API server stands on the practice node, as kubeadm would have it. */
export const API_SERVER_PORT = 6443;

/** Carries connections of pods to the node's port 6443 on to the API server's real port. */
export function bridgeApiServer(deps: {
  readonly network: PracticeNetwork;
  readonly realPort: number;
  readonly logger: Logger;
}): Disposable {
  const { network, realPort, logger } = deps;
  const open = new Set<net.Socket>();
  const listener = network.node.listen({ port: API_SERVER_PORT }, (pod: Connection) => {
    const real = net.connect({ host: "127.0.0.1", port: realPort, allowHalfOpen: true });
    open.add(real);
    real.once("close", () => open.delete(real));
    real.on("error", (error) => {
      logger.debug({ err: error }, "a pod's connection to the API server ended");
      pod.reset();
    });
    pod.on("error", () => real.destroy());
    pod.pipe(real).pipe(pod);
  });
  return {
    dispose() {
      listener.dispose();
      for (const socket of open) socket.destroy();
    },
  };
}
