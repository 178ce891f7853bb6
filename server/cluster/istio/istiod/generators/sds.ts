import { type Secret, TLS_TYPE } from "../../../xds/index.ts";
import type { Secret as KubeSecret } from "../model/kube.ts";
import type { MeshProxy } from "../push/proxy.ts";
import type { PushContext } from "../push/push-context.ts";

const CA_SUFFIX = "-cacert";

/**
 * Certificates that gateways name by credentialName: Secrets of the gateway pod's own namespace. What is missing or
 * incomplete is not sent, so the listener waits for it. A sidecar gets none: it has no business with them.
 */
export function generateSecrets(
  proxy: MeshProxy,
  push: PushContext,
  names: readonly string[],
): readonly Secret[] {
  if (proxy.type !== "router") return [];
  return names.flatMap((name) => {
    const found = /^kubernetes(-gateway)?:\/\/(?:([^/]+)\/)?([^/]+)$/.exec(name);
    const [, gateway, other, key = ""] = found ?? [];
    const namespace = gateway && other ? other : proxy.namespace;
    const secret = found ? secretFor(name, { namespace, name: key }, push) : undefined;
    return secret ? [secret] : [];
  });
}

function secretFor(
  resource: string,
  { namespace, name }: { readonly namespace: string; readonly name: string },
  push: PushContext,
): Secret | undefined {
  const find = (key: string): KubeSecret | undefined => push.secrets.get(`${namespace}/${key}`);
  const own = find(name);
  if (name.endsWith(CA_SUFFIX)) {
    const authority = authorityOf(own) ?? authorityOf(find(name.slice(0, -CA_SUFFIX.length)));
    return authority
      ? {
          "@type": TLS_TYPE.secret,
          name: resource,
          validationContext: { trustedCa: { inlineBytes: authority } },
        }
      : undefined;
  }
  const data = own?.data ?? {};
  const certificate = data["tls.crt"] ?? data.cert;
  const key = data["tls.key"] ?? data.key;
  if (!certificate || !key) return undefined;
  return {
    "@type": TLS_TYPE.secret,
    name: resource,
    tlsCertificate: { certificateChain: { inlineBytes: certificate }, privateKey: { inlineBytes: key } },
  };
}

function authorityOf(secret: KubeSecret | undefined): string | undefined {
  return secret?.data?.["ca.crt"] ?? secret?.data?.cacert;
}
