import { CLUSTER_DNS_IP, searchPath } from "../network/index.ts";
import type { Pod } from "./pod.ts";

/** The files a kubelet writes into every container. */
export function systemFiles(pod: Pod, ip: string): ReadonlyMap<string, string> {
  const { name, namespace } = pod.metadata;
  const hostname = pod.spec.hostname ?? name;
  const { subdomain } = pod.spec;
  const own = subdomain ? `${hostname}.${subdomain}.${namespace}.svc.cluster.local\t${hostname}` : hostname;
  const hosts = [
    "# Kubernetes-managed hosts file.",
    "127.0.0.1\tlocalhost",
    "::1\tlocalhost ip6-localhost ip6-loopback",
    "fe00::0\tip6-localnet",
    "fe00::0\tip6-mcastprefix",
    "fe00::1\tip6-allnodes",
    "fe00::2\tip6-allrouters",
    `${ip}\t${own}`,
  ];
  const resolver = [
    `search ${searchPath(namespace).join(" ")}`,
    `nameserver ${CLUSTER_DNS_IP}`,
    "options ndots:5",
  ];
  return new Map([
    ["/etc/hosts", `${hosts.join("\n")}\n`],
    ["/etc/hostname", `${hostname}\n`],
    ["/etc/resolv.conf", `${resolver.join("\n")}\n`],
  ]);
}
