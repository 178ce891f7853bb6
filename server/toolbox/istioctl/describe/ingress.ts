import { getJson } from "../../kube/client.ts";
import { CommandError } from "../errors.ts";
import { dumpOfPod } from "./api.ts";
import { type Pod, podList, type Service, serviceList } from "./objects.ts";
import { protocolOf, targetOf } from "./pod-lines.ts";
import { isModern, rulesOfPort, SEPARATOR, type Subject } from "./services.ts";

/** How the services are reached from outside, as the ingress gateway's configuration has it. */
export async function ingressLines(subject: Subject): Promise<string[]> {
  const { context, services } = subject;
  const { istioNamespace } = context;
  const base = `/api/v1/namespaces/${istioNamespace}`;
  const pods = await getJson(context.access(), `${base}/pods`, {
    schema: podList,
    query: { labelSelector: "istio=ingressgateway" },
  });
  const pod = pods.items.find(({ status }) => status.phase === "Running");
  if (!pod) return ["Skipping Gateway information (no ingress gateway pods)"];
  const all = await getJson(context.access(), `${base}/services`, { schema: serviceList });
  const front = all.items.find(({ spec }) => spec.selector.istio === "ingressgateway");
  if (!front) throw new CommandError("no ingress gateway service");
  const place = { name: pod.metadata.name, namespace: pod.metadata.namespace };
  const dump = await dumpOfPod(context, place, "ingress gateway sidecar");
  const lines: string[] = [];
  for (const [row, service] of services.entries())
    for (const { port } of service.spec.ports) {
      const rules = await rulesOfPort(subject, dump, { service, port });
      if (rules.destinationRule === undefined) lines.push(...rules.destinationLines);
      if (rules.virtualLines) {
        const modern = isModern(subject);
        const shown = exposed(front, pod).flatMap((line) => (modern ? [line] : ["", line]));
        lines.push(row === 0 && !modern ? "" : SEPARATOR, ...shown, ...rules.virtualLines);
      }
      lines.push(...rules.stale);
    }
  return lines;
}

/** Only the plain HTTP port is shown: the pod does not listen on all that its service offers. */
function exposed(front: Service, pod: Pod): string[] {
  const [balanced] = front.status.loadBalancer.ingress;
  const address = balanced ? balanced.ip : pod.status.hostIP || "unknown";
  return front.spec.ports
    .filter((port) => port.protocol === "TCP" && port.name === "http2" && targetOf(port, pod) !== undefined)
    .flatMap((port) => {
      const scheme = protocolOf(port) === "HTTP2" ? "http" : "";
      const suffix = scheme === "http" && port.port === 80 ? "" : `:${port.port}`;
      return [`Exposed on Ingress Gateway ${scheme}://${address}${suffix}`];
    });
}
