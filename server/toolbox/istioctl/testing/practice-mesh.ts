// A practice cluster with Istio's demo profile, in a process of its own: known, as to a learner, by its kubeconfig alone.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import { build } from "esbuild";
import { loadAll } from "js-yaml";
import { z } from "zod";
import { getJson, send } from "../../kube/client.ts";
import { type KubeAccess, readKubeconfig } from "../../kube/kubeconfig.ts";
import { runIstioctl } from "./fake-api.ts";

const ROOT = path.resolve(import.meta.dirname, "../../../..");
const WAIT_MS = 120_000;

export interface PracticeMesh {
  readonly access: KubeAccess;
  readonly kubeconfig: string;
  run(...words: string[]): Promise<{ exitCode: number; stdout: string; stderr: string }>;
  /** Creates the objects of a YAML text, in order. */
  create(yaml: string): Promise<void>;
  /** The name of a running pod with all its containers ready. */
  readyPod(namespace: string, app: string): Promise<string>;
  stop(): Promise<void>;
}

export async function practiceMesh(): Promise<PracticeMesh> {
  // Inside the project, where packages are found.
  const cache = path.join(ROOT, ".cache");
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(path.join(cache, "istioctl-"));
  const program = path.join(folder, "cluster.mjs");
  await build({
    entryPoints: [path.join(ROOT, "server/cluster/main.ts")],
    outfile: program,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    packages: "external",
    logLevel: "error",
    absWorkingDir: ROOT,
  });
  const openapi = path.join(ROOT, "server/cluster/apis/generated/openapi.json");
  copyFileSync(openapi, path.join(folder, "openapi.json"));
  const kubeconfig = path.join(folder, "kubeconfig");
  const words = [program, "--kubeconfig-out", kubeconfig, "--istio-profile", "demo", "--parent-watch"];
  const child = spawn(process.execPath, words, { stdio: ["pipe", "pipe", "inherit"] });
  const ended = once(child, "exit");
  const ready = once(createInterface({ input: child.stdout }), "line").then(([line]) => String(line));
  const line = await Promise.race([ready, ended.then(([code]) => `ended with ${code}`)]);
  if (!line.startsWith('{"ready":true')) throw new Error(`the practice cluster did not start: ${line}`);
  const access = readKubeconfig({ file: kubeconfig });
  return {
    access,
    kubeconfig,
    run: (...args) => runIstioctl(args, kubeconfig),
    async create(yaml) {
      for (const object of loadAll(yaml)) await create(access, object);
    },
    readyPod: (namespace, app) => readyPod(access, namespace, app),
    async stop() {
      child.kill("SIGTERM");
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const head = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ namespace: z.string().optional() }),
});

async function create(access: KubeAccess, object: unknown): Promise<void> {
  const body = head.parse(object);
  const { apiVersion, kind, metadata } = body;
  const base = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const lower = kind.toLowerCase();
  const plural = /[^aeiou]y$/.test(lower) ? `${lower.slice(0, -1)}ies` : `${lower}s`;
  const scope = metadata.namespace ? `/namespaces/${metadata.namespace}` : "";
  await send(access, { method: "POST", path: `${base}${scope}/${plural}`, body });
}

const pods = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ name: z.string() }),
      status: z.object({
        conditions: z.array(z.object({ type: z.string(), status: z.string() })).default([]),
      }),
    }),
  ),
});

async function readyPod(access: KubeAccess, namespace: string, app: string): Promise<string> {
  return eventually(`a ready pod of ${app}`, async () => {
    const query = { labelSelector: `app=${app}` };
    const { items } = await getJson(access, `/api/v1/namespaces/${namespace}/pods`, { schema: pods, query });
    return items.find(({ status }) =>
      status.conditions.some((condition) => condition.type === "Ready" && condition.status === "True"),
    )?.metadata.name;
  });
}

/** Asks again until there is an answer; fails when there is none in good time. */
export async function eventually<T>(what: string, ask: () => Promise<T | undefined>): Promise<T> {
  const end = Date.now() + WAIT_MS;
  for (;;) {
    const found = await ask();
    if (found !== undefined) return found;
    if (Date.now() > end) throw new Error(`waited ${WAIT_MS} ms for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
