import { X509Certificate } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { TLSSocket } from "node:tls";
import type { Clock } from "../../base/index.ts";
import type { UserInfo } from "./user.ts";

const CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";

/**
 * Who a client's TLS certificate names: common name the user, organisations the groups. Undefined without a certificate of
 * this authority that is valid now; its token may still say who it is. Follows apiserver authentication/request/x509.
 */
export function clientCertificates(caPem: string, clock: Clock) {
  const authority = new X509Certificate(caPem);
  const { publicKey } = authority;
  const users = new WeakMap<TLSSocket, { readonly user: UserInfo; readonly until: number }>();

  function identified(socket: TLSSocket): { user: UserInfo; until: number } | undefined {
    const certificate = socket.getPeerX509Certificate();
    if (!certificate?.checkIssued(authority) || !certificate.verify(publicKey)) return undefined;
    const [from, until] = [Date.parse(certificate.validFrom), Date.parse(certificate.validTo)];
    if (clock.now() < from || !certificate.keyUsage?.includes(CLIENT_AUTH)) return undefined;
    const { CN: name, O: groups } = subjectOf(certificate);
    if (!name) return undefined;
    return { user: { name, groups: [...groups, "system:authenticated"] }, until };
  }

  return (request: IncomingMessage): UserInfo | undefined => {
    const { socket } = request;
    if (!(socket instanceof TLSSocket)) return undefined;
    const found = users.get(socket) ?? identified(socket);
    if (!found || clock.now() > found.until) return undefined;
    users.set(socket, found);
    return found.user;
  };
}

/** The parts of a subject, one a line as Node writes them; a multi-valued part joins its values with `+`. */
function subjectOf({ subject }: X509Certificate): { CN: string; O: string[] } {
  const parts = subject.split(/\n|\+(?=[A-Za-z]+=)/).map((line) => {
    const at = line.indexOf("=");
    return [line.slice(0, at), unescaped(line.slice(at + 1))] as const;
  });
  const values = (key: string) => parts.filter(([name]) => name === key).map(([, value]) => value);
  return { CN: values("CN")[0] ?? "", O: values("O") };
}

const unescaped = (text: string) => text.replace(/\\([,+"\\<>;= ])/g, "$1");
