import { bool, int, list, object, oneOf, type Schema, say, str, stringMap, strings } from "./schema.ts";

const tls = object({
  httpsRedirect: say(bool, "Answers plain HTTP with a redirect to HTTPS."),
  mode: oneOf("PASSTHROUGH", "SIMPLE", "MUTUAL", "AUTO_PASSTHROUGH", "ISTIO_MUTUAL", "OPTIONAL_MUTUAL"),
  serverCertificate: str,
  privateKey: str,
  caCertificates: str,
  caCrl: str,
  credentialName: say(str, "A TLS Secret in the gateway pod's namespace."),
  subjectAltNames: strings,
  verifyCertificateSpki: strings,
  verifyCertificateHash: strings,
  minProtocolVersion: oneOf("TLS_AUTO", "TLSV1_0", "TLSV1_1", "TLSV1_2", "TLSV1_3"),
  maxProtocolVersion: oneOf("TLS_AUTO", "TLSV1_0", "TLSV1_1", "TLSV1_2", "TLSV1_3"),
  cipherSuites: strings,
});

const server = object(
  {
    port: object({ number: int, protocol: str, name: str, targetPort: int }, ["number", "protocol", "name"]),
    bind: str,
    hosts: say(strings, "Host names served on the port; `namespace/host` limits who may bind routes."),
    tls,
    defaultEndpoint: str,
    name: str,
  },
  ["port", "hosts"],
);

export const gatewaySpec: Schema = say(
  object({
    servers: list(server, "Ports and hosts that the gateway opens."),
    selector: say(stringMap, "Labels of the gateway pods that apply this."),
  }),
  "Ports that a proxy at the edge of the mesh listens on.",
);
