import { readFile } from "node:fs/promises";
import { load } from "js-yaml";
import { z } from "zod";
import { limits } from "./limits.ts";

/** What a kubeconfig says of one context when it says it all itself: no files, no programs, nothing that expires by plan. */
export interface PlainAccess {
  readonly context: string;
  readonly server: string;
  readonly ca?: Buffer | undefined;
  readonly cert?: Buffer | undefined;
  readonly key?: Buffer | undefined;
  readonly token?: string | undefined;
}

const base64 = z.base64().transform((text) => Buffer.from(text, "base64"));
const file = z.object({
  "current-context": z.string().optional(),
  contexts: z.array(z.object({ name: z.string(), context: z.unknown() })),
  clusters: z.array(z.object({ name: z.string(), cluster: z.unknown() })),
  users: z.array(z.object({ name: z.string(), user: z.unknown() })),
});
const contextOf = z.object({ cluster: z.string(), user: z.string() });
// Strict: a field that is not known here may change how the cluster is reached.
const clusterOf = z.strictObject({
  server: z.url({ protocol: /^https?$/ }),
  "certificate-authority-data": base64.optional(),
  extensions: z.unknown().optional(),
});
const userOf = z.strictObject({
  token: z.string().optional(),
  "client-certificate-data": base64.optional(),
  "client-key-data": base64.optional(),
});

/** Undefined: something else has to read this file, and complain of it where there is reason to. */
export async function readPlainAccess(
  kubeconfig: string,
  wanted: string | undefined,
): Promise<PlainAccess | undefined> {
  const source = await readFile(kubeconfig, "utf8").catch(() => undefined);
  if (source === undefined || source.length > limits.kubeconfigBytes) return undefined;
  const { data } = file.safeParse(parse(source));
  if (!data) return undefined;
  const name = wanted ?? data["current-context"];
  const context = contextOf.safeParse(data.contexts.find((entry) => entry.name === name)?.context).data;
  const cluster = clusterOf.safeParse(
    data.clusters.find((entry) => entry.name === context?.cluster)?.cluster,
  );
  const user = userOf.safeParse(data.users.find((entry) => entry.name === context?.user)?.user);
  if (name === undefined || !cluster.data || !user.data) return undefined;
  return {
    context: name,
    server: cluster.data.server,
    ca: cluster.data["certificate-authority-data"],
    cert: user.data["client-certificate-data"],
    key: user.data["client-key-data"],
    token: user.data.token,
  };
}

function parse(source: string): unknown {
  try {
    return load(source);
  } catch {
    return undefined; // not YAML
  }
}
