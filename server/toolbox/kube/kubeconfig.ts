import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { load } from "js-yaml";
import { z } from "zod";

const named = <T extends z.ZodType>(key: string, value: T) =>
  z.array(z.object({ name: z.string(), [key]: value })).default([]);

const schema = z.object({
  "current-context": z.string().default(""),
  clusters: named("cluster", z.record(z.string(), z.unknown())),
  users: named("user", z.record(z.string(), z.unknown())),
  contexts: named("context", z.record(z.string(), z.unknown())),
});

/** What is needed to reach one API server. PEM texts. */
export interface KubeAccess {
  readonly server: URL;
  readonly ca?: string;
  readonly token?: string;
  readonly clientCert?: string;
  readonly clientKey?: string;
  readonly insecure: boolean;
  /** Namespace of the context, "default" when it names none. */
  readonly namespace: string;
  readonly context?: string | undefined;
}

/** A kubeconfig that cannot be used; the message is for the learner. */
export class KubeconfigError extends Error {}

const text = (value: unknown): string | undefined =>
  typeof value === "string" && value !== "" ? value : undefined;

/** Data inline (base64) or in a file beside the kubeconfig. */
function pem(entry: Record<string, unknown>, key: string, dir: string): string | undefined {
  const inline = text(entry[`${key}-data`]);
  if (inline) return Buffer.from(inline, "base64").toString("utf8");
  const file = text(entry[key]);
  return file && readFileSync(path.resolve(dir, file), "utf8");
}

function pick(list: readonly Record<string, unknown>[], name: string, key: string): Record<string, unknown> {
  const value = list.find((item) => item.name === name)?.[key];
  return typeof value === "object" && value !== null ? { ...value } : {};
}

/**
 * Reads the kubeconfig that kubectl would read: `file`, else the first of $KUBECONFIG, else ~/.kube/config.
 * Throws KubeconfigError.
 */
export function readKubeconfig(
  options: { readonly file?: string; readonly context?: string } = {},
): KubeAccess {
  const fromEnvironment = (process.env.KUBECONFIG ?? "").split(path.delimiter).find(Boolean);
  const file = options.file ?? fromEnvironment ?? path.join(homedir(), ".kube", "config");
  const config = parse(file);
  const contextName = options.context ?? config["current-context"];
  const context = pick(config.contexts, contextName, "context");
  if (options.context && Object.keys(context).length === 0)
    throw new KubeconfigError(`context "${options.context}" does not exist`);
  const cluster = pick(config.clusters, text(context.cluster) ?? "", "cluster");
  const user = pick(config.users, text(context.user) ?? "", "user");
  const dir = path.dirname(file);
  return {
    server: new URL(text(cluster.server) ?? "http://localhost:8080"),
    ca: pem(cluster, "certificate-authority", dir),
    token: text(user.token) ?? (text(user.tokenFile) && readFileSync(String(user.tokenFile), "utf8").trim()),
    clientCert: pem(user, "client-certificate", dir),
    clientKey: pem(user, "client-key", dir),
    insecure: cluster["insecure-skip-tls-verify"] === true,
    namespace: text(context.namespace) ?? "default",
    context: contextName,
  };
}

function parse(file: string): z.infer<typeof schema> {
  let content: string;
  try {
    content = readFileSync(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return schema.parse({});
    throw error;
  }
  try {
    return schema.parse(load(content) ?? {});
  } catch (error) {
    throw new KubeconfigError(
      `error loading config file "${file}": ${error instanceof Error ? error.message : error}`,
    );
  }
}
