import { X509Certificate } from "node:crypto";
import {
  conflictingGateways,
  duplicateCertificate,
  gatewayPortNotOnService,
  invalidGatewayCredential,
  referencedResourceNotFound,
} from "../findings.ts";
import { hostsMatch } from "../hosts.ts";
import { about, type Message } from "../message.ts";
import { fullName, type Resource } from "../resource.ts";
import { firstKey, selectorText, selects } from "../selectors.ts";
import type { Gateway, ServerTls } from "../specs.ts";
import { type Analyzer, named, type World } from "../world.ts";

type GatewayResource = Resource<Gateway>;

const selectorPath = ({ spec }: GatewayResource): string => `spec.selector.${firstKey(spec.selector)}`;

const noSuchSelector = (gateway: GatewayResource): Message =>
  about(
    gateway,
    referencedResourceNotFound("selector", selectorText(gateway.spec.selector)),
    selectorPath(gateway),
  );

/** Ports of a gateway that no Service before its pods opens. */
export const ingressPortAnalyzer: Analyzer = {
  name: "gateway.IngressGatewayPortAnalyzer",
  description: "Checks a gateway's ports against the gateway's Kubernetes service ports",
  inputs: ["Gateway", "Pod", "Service"],
  run: (world) =>
    world.gateways.flatMap((gateway) => {
      const pods = podsOf(gateway, world);
      if (pods.length === 0) return [noSuchSelector(gateway)];
      const open = openPorts(pods, world);
      return gateway.spec.servers
        .filter(({ port }) => port && !open.has(port.number ?? 0))
        .map(({ port }) =>
          about(
            gateway,
            gatewayPortNotOnService(port?.number ?? 0, selectorText(gateway.spec.selector)),
            selectorPath(gateway),
          ),
        );
    }),
};

const podsOf = ({ spec }: GatewayResource, { pods }: World) =>
  pods.filter(({ metadata }) => selects(spec.selector, metadata.labels));

/** Target ports, and the ports of Services, of TCP. */
function openPorts(pods: ReturnType<typeof podsOf>, { services }: World): ReadonlySet<number> {
  const ports = services
    .filter(({ metadata: { namespace }, spec }) =>
      pods.some((pod) => pod.metadata.namespace === namespace && selects(spec.selector, pod.metadata.labels)),
    )
    .flatMap(({ spec }) => spec.ports)
    .filter(({ protocol }) => protocol === "TCP")
    .flatMap(({ port, targetPort }) => [port, Number(targetPort) || port]);
  return new Set(ports);
}

/** The same certificate at two gateways: browsers reuse the connection of the first. */
export const certificateAnalyzer: Analyzer = {
  name: "gateway.CertificateAnalyzer",
  description: "Checks a gateway certificate",
  inputs: ["Gateway"],
  run: ({ gateways }) =>
    gateways.flatMap((gateway) =>
      gateways
        .filter((other) => fullName(other) !== fullName(gateway))
        .filter((other) => selects(gateway.spec.selector, other.spec.selector))
        .filter((other) =>
          gateway.spec.servers.some(({ tls: own }) =>
            other.spec.servers.some(({ tls }) => sameCertificate(own, tls)),
          ),
        )
        .map((other) =>
          about(gateway, duplicateCertificate([fullName(gateway), fullName(other)]), "metadata.name"),
        ),
    ),
};

function sameCertificate(a: ServerTls, b: ServerTls): boolean {
  if (!a || !b) return false;
  if (a.credentialName && b.credentialName) return a.credentialName === b.credentialName;
  if (a.credentialName || b.credentialName || !a.serverCertificate || !a.privateKey) return false;
  return a.serverCertificate === b.serverCertificate && a.privateKey === b.privateKey;
}

/** Credentials: a Secret beside the gateway's pods with a certificate that is valid now. */
export const secretAnalyzer = (now: () => Date): Analyzer => ({
  name: "gateway.SecretAnalyzer",
  description: "Checks a gateway's referenced secrets for correctness",
  inputs: ["Gateway", "Pod", "Secret"],
  run: (world) =>
    world.gateways.flatMap((gateway) => {
      const [pod] = podsOf(gateway, world);
      if (!pod) return [noSuchSelector(gateway)];
      const home = pod.metadata.namespace;
      return gateway.spec.servers.flatMap(({ tls }, index) => {
        if (!tls?.credentialName) return [];
        const [first = "", second] = tls.credentialName.split("/");
        const secret =
          second === undefined ? named(world.secrets, home, first) : named(world.secrets, first, second);
        const path = `spec.servers[${index}].tls.credentialName`;
        if (!secret)
          return [about(gateway, referencedResourceNotFound("credentialName", tls.credentialName), path)];
        if (isValidCredential(secret.spec.data, now())) return [];
        return [about(gateway, invalidGatewayCredential(gateway.metadata.name, home), path)];
      });
    }),
});

/** `cert` and `key`, or `tls.crt` and `tls.key`, in base64 (pilot/pkg/credentials/kube ExtractCertInfo). */
function isValidCredential(data: Readonly<Record<string, string>>, now: Date): boolean {
  const certificate =
    data.cert && data.key ? data.cert : data["tls.crt"] && data["tls.key"] && data["tls.crt"];
  if (!certificate) return false;
  try {
    const { validFrom, validTo } = new X509Certificate(Buffer.from(certificate, "base64"));
    return new Date(validFrom) <= now && now <= new Date(validTo);
  } catch {
    return false;
  }
}

/** Two gateways of the same pods, port and hosts: only one of them answers. */
export const conflictingGatewayAnalyzer: Analyzer = {
  name: "gateway.ConflictingGatewayAnalyzer",
  description: "Checks a gateway's selector, port number and hosts",
  inputs: ["Gateway"],
  run: ({ gateways }) =>
    gateways.flatMap((gateway) => {
      const selector = selectorText(gateway.spec.selector);
      return gateway.spec.servers.flatMap(({ hosts, port }) => {
        const number = port?.number ?? 0;
        const rivals = gateways
          .filter((other) => other !== gateway && selectorText(other.spec.selector) === selector)
          .flatMap((other) =>
            // One name for each host in common, as upstream lists them.
            hosts.flatMap((host) => (serves(other, number, host) ? [fullName(other)] : [])),
          );
        if (rivals.length === 0) return [];
        const conflict = { gateways: rivals, selector, port: String(number), hosts };
        return [about(gateway, conflictingGateways(conflict))];
      });
    }),
};

const serves = ({ spec }: GatewayResource, number: number, host: string): boolean =>
  spec.servers.some(
    ({ port, hosts }) => port?.number === number && hosts.some((own) => hostsMatch(host, own)),
  );
