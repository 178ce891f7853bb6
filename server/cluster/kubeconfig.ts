import { mkdir, rename, writeFile } from "node:fs/promises";
import path from "node:path";

export interface KubeconfigFacts {
  readonly url: string;
  readonly caPem: string;
  readonly token: string;
}

const NAME = "practice";

/** A kubeconfig as kubectl writes them; JSON is YAML. Whole or not at all: a shell may be reading the old one. */
export async function writeKubeconfig(file: string, { url, caPem, token }: KubeconfigFacts): Promise<void> {
  const config = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [
      {
        name: NAME,
        cluster: { server: url, "certificate-authority-data": Buffer.from(caPem).toString("base64") },
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
