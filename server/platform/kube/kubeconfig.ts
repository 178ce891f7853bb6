// Judges a kubeconfig before anything uses it. The file is the operator's own, so paths of certificates and keys in it
// are theirs to name; what would run a program, leave by another way or skip the proof of who answers is refused.
import { accessSync, constants, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { load } from "js-yaml";
import { z } from "zod";
import { KubeError } from "./kube-error.ts";
import { limits } from "./limits.ts";

export interface KubeconfigFacts {
  readonly context: string;
  readonly server: string;
  /** Where the ingress gateway answers, when whoever wrote the file says so in an extension of the cluster. */
  readonly gateway: { readonly ip: string; readonly ports: Readonly<Record<string, number>> } | undefined;
}

const GATEWAY_EXTENSION = "meshwork-gateway";

const text = z.string().min(1);
const cluster = z.looseObject({
  server: text,
  "certificate-authority": text.optional(),
  "insecure-skip-tls-verify": z.boolean().optional(),
  "proxy-url": text.optional(),
  extensions: z.array(z.looseObject({ name: text, extension: z.unknown() })).optional(),
});
const user = z.looseObject({
  exec: z.looseObject({ command: text.optional() }).optional(),
  "auth-provider": z.looseObject({ name: text.optional() }).optional(),
  "client-certificate": text.optional(),
  "client-key": text.optional(),
  tokenFile: text.optional(),
});
const file = z.looseObject({
  clusters: z.array(z.looseObject({ name: text, cluster })).default([]),
  users: z.array(z.looseObject({ name: text, user: user.nullish() })).default([]),
  contexts: z
    .array(z.looseObject({ name: text, context: z.looseObject({ cluster: text, user: text.optional() }) }))
    .default([]),
  "current-context": z.string().optional(),
});
const gateway = z.object({ ip: text, ports: z.record(z.string(), z.number().int().min(1).max(65_535)) });

/** Throws a KubeError with reason Kubeconfig whose message is a sentence for whoever starts the product. */
export function judgeKubeconfig(kubeconfig: string, wanted: string | undefined): KubeconfigFacts {
  const refuse = (why: string) => new KubeError({ reason: "Kubeconfig" }, `${kubeconfig} ${why}`);
  const content = parse(kubeconfig, refuse);
  const names = content.contexts.map(({ name }) => name);
  const known = names.length > 0 ? `it knows ${names.join(", ")}` : "it knows none";
  const context = wanted ?? content["current-context"];
  if (!context) throw refuse(`has no current context; name one with --context (${known}).`);
  const chosen = content.contexts.find(({ name }) => name === context)?.context;
  if (!chosen) throw refuse(`has no context "${context}"; ${known}.`);
  const target = content.clusters.find(({ name }) => name === chosen.cluster)?.cluster;
  if (!target) throw refuse(`names no cluster for context "${context}".`);
  const owner = content.users.find(({ name }) => name === chosen.user)?.user;
  if (chosen.user && owner === undefined) throw refuse(`has no user "${chosen.user}".`);
  judgeCluster(target, refuse);
  judgeUser(owner ?? {}, refuse);
  const references = [
    target["certificate-authority"],
    owner?.["client-certificate"],
    owner?.["client-key"],
    owner?.tokenFile,
  ];
  for (const reference of references) {
    if (reference === undefined) continue;
    const where = path.resolve(path.dirname(kubeconfig), reference);
    if (!isReadableFile(where)) throw refuse(`refers to ${where}, which cannot be read.`);
  }
  const said = target.extensions?.find(({ name }) => name === GATEWAY_EXTENSION);
  return { context, server: target.server, gateway: gateway.safeParse(said?.extension).data };
}

type Refuse = (why: string) => KubeError;

function parse(kubeconfig: string, refuse: Refuse): z.infer<typeof file> {
  let source: string;
  try {
    if (statSync(kubeconfig).size > limits.kubeconfigBytes) throw refuse("is too large for a kubeconfig.");
    source = readFileSync(kubeconfig, "utf8");
  } catch (error) {
    if (error instanceof KubeError) throw error;
    const missing = error instanceof Error && "code" in error && error.code === "ENOENT";
    throw refuse(missing ? "does not exist." : `cannot be read: ${reason(error)}.`);
  }
  try {
    return file.parse(load(source));
  } catch (error) {
    const [issue] = error instanceof z.ZodError ? error.issues : [];
    const why = issue ? `${issue.path.join(".") || "the file"}: ${issue.message}` : reason(error);
    throw refuse(`is not a kubeconfig: ${why}.`);
  }
}

function judgeCluster(target: z.infer<typeof cluster>, refuse: Refuse): void {
  if (target["proxy-url"])
    throw refuse(`sends requests through ${target["proxy-url"]}; proxy-url is refused.`);
  if (target["insecure-skip-tls-verify"])
    throw refuse(
      "sets insecure-skip-tls-verify, which is refused: anybody could answer in the cluster's place. Put its CA into certificate-authority-data.",
    );
  if (!URL.canParse(target.server)) throw refuse(`has no usable server address: ${target.server}.`);
  const { protocol, hostname } = new URL(target.server);
  const loopback = ["127.0.0.1", "localhost", "[::1]"].includes(hostname);
  if (protocol !== "https:" && !(protocol === "http:" && loopback))
    throw refuse(`names ${target.server}; only https is accepted, or http on this machine.`);
  // The address range that clouds give out credentials on (169.254.169.254, fd00:ec2::254).
  if (hostname.startsWith("169.254.") || hostname === "[fd00:ec2::254]")
    throw refuse(`names ${target.server}, which is a cloud's metadata service.`);
}

function judgeUser(owner: z.infer<typeof user>, refuse: Refuse): void {
  const instead = "Use a client certificate or a service account's token: kubectl create token NAME.";
  if (owner.exec)
    throw refuse(`runs a program (${owner.exec.command ?? "exec"}) to sign in, which is refused. ${instead}`);
  if (owner["auth-provider"])
    throw refuse(
      `signs in by the auth-provider ${owner["auth-provider"].name ?? "plugin"}, which is refused. ${instead}`,
    );
}

function isReadableFile(where: string): boolean {
  try {
    accessSync(where, constants.R_OK);
    return statSync(where).isFile();
  } catch {
    return false; // the caller says so
  }
}

function reason(error: unknown): string {
  return error instanceof Error ? (error.message.split("\n", 1)[0] ?? error.message) : String(error);
}
