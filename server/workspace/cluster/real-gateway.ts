import { z } from "zod";
import { judgeKubeconfig, openKubeCluster } from "../../platform/kube/index.ts";

export interface RealGatewayDeps {
  readonly kubeconfig: string;
  readonly context: string | undefined;
  /** The host's environment: an operator may say what no API can tell, e.g. a port-forward's address. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

const address = z.object({ ip: z.string().optional(), hostname: z.string().optional() });
const service = z.object({
  status: z.object({ loadBalancer: z.object({ ingress: z.array(address).default([]) }) }),
});

/** Where a real cluster's ingress gateway answers; undefined when neither the operator, the kubeconfig nor the service says. */
export async function findRealGateway({ kubeconfig, context, environment }: RealGatewayDeps) {
  const { MESHWORK_GATEWAY_IP, MESHWORK_INGRESS_PORT, MESHWORK_SECURE_INGRESS_PORT } = environment;
  const ports = {
    "80": Number(MESHWORK_INGRESS_PORT ?? 80),
    "443": Number(MESHWORK_SECURE_INGRESS_PORT ?? 443),
  };
  if (MESHWORK_GATEWAY_IP) return { ip: MESHWORK_GATEWAY_IP, ports };
  const { gateway } = judgeKubeconfig(kubeconfig, context);
  if (gateway) return gateway;
  const cluster = await openKubeCluster({ kubeconfig, context });
  try {
    const reference = { namespace: "istio-system", name: "istio-ingressgateway" };
    const found = await cluster.get(
      { group: "", version: "v1", resource: "services" },
      reference,
      AbortSignal.timeout(10_000),
    );
    const [first] = service.parse(found).status.loadBalancer.ingress;
    const ip = first?.ip ?? first?.hostname;
    return ip === undefined ? undefined : { ip, ports };
  } finally {
    cluster.close();
  }
}
