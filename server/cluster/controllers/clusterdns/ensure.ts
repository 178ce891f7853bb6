import { isNotFound } from "../../apimachinery/index.ts";
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

/** Made at the first start, and again at the next one when somebody has deleted it. */
export async function ensureClusterDns(context: ControllerContext, clusterIP: string): Promise<void> {
  const services = clientFor(context, resourceTypes.services);
  try {
    // Asked for first: a second claim of its address would be refused before its name is.
    await services.get({ namespace: "kube-system", name: "kube-dns" });
  } catch (error) {
    if (!isNotFound(error)) throw error;
    await services.create(kubeDns(clusterIP));
  }
}
