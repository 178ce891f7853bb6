import { mkdir, rename, writeFile } from "node:fs/promises";
import path from "node:path";

export interface KubeconfigFacts {
  readonly url: string;
  readonly caPem: string;
  readonly token: string;
  /** Where the ingress gateway answers; whoever is given this file can find it here. */
  readonly gateway: { readonly ip: string; readonly ports: Readonly<Record<string, number>> };
}

const NAME = "practice";

/** A kubeconfig as kubectl writes them; JSON is YAML. Whole or not at all: a shell may be reading the old one. */
export async function writeKubeconfig(
  file: string,
  { url, caPem, token, gateway }: KubeconfigFacts,
): Promise<void> {
  const config = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [
      {
        name: NAME,
        cluster: {
          server: url,
          "certificate-authority-data": Buffer.from(caPem).toString("base64"),
          // The format's own place for what is not Kubernetes'; kubectl keeps it and does not read it.
          extensions: [{ name: "meshwork-gateway", extension: gateway }],
        },
      },
    ],
    users: [{ name: "learner", user: { token } }],
    contexts: [{ name: NAME, context: { cluster: NAME, user: "learner" } }],
    "current-context": NAME,
  };
  await mkdir(path.dirname(file), { recursive: true });
  const part = `${file}.${process.pid}.part`;
  await writeFile(part, `${JSON.stringify(config, null, 2)}\n`, { mode: 0o600 });
  await rename(part, file);
}
