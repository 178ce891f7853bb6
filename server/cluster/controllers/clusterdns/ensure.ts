import { isAlreadyExists, isNotFound } from "../../apimachinery/index.ts";
import { resourceTypes, type Service } from "../../apis/index.ts";
import { type ControllerContext, clientFor } from "../common/context.ts";

/** The service behind which a cluster's DNS answers; here names are resolved by the network itself, and it has no pods. */
function kubeDns(clusterIP: string): Service {
  const port = (name: string, number: number, protocol: string) => ({
    name,
    port: number,
    protocol,
    targetPort: number,
  });
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: {
      name: "kube-dns",
      namespace: "kube-system",
      labels: {
        "k8s-app": "kube-dns",
        "kubernetes.io/cluster-service": "true",
        "kubernetes.io/name": "CoreDNS",
      },
      annotations: { "prometheus.io/port": "9153", "prometheus.io/scrape": "true" },
    },
    spec: {
      clusterIP,
      selector: { "k8s-app": "kube-dns" },
      ports: [port("dns", 53, "UDP"), port("dns-tcp", 53, "TCP"), port("metrics", 9153, "TCP")],
    },
  };
}

/** Made once; who deletes it has deleted it until the next start. */
export async function ensureClusterDns(context: ControllerContext, clusterIP: string): Promise<void> {
  try {
    await clientFor(context, resourceTypes.services).create(kubeDns(clusterIP));
  } catch (error) {
    if (!isAlreadyExists(error) && !isNotFound(error))
      context.logger.warn({ error: String(error) }, "no kube-dns service");
  }
}
