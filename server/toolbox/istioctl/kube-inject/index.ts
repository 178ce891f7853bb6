import { readFileSync, writeFileSync } from "node:fs";
import { load } from "js-yaml";
import { z } from "zod";
import { at, isTree, type Json, type Tree, treeAt } from "../../../cluster/istio/install/index.ts";
import { ApiError, send } from "../../kube/client.ts";
import type { KubeAccess } from "../../kube/kubeconfig.ts";
import type { Command, CommandContext } from "../command.ts";
import { CommandError, notSupported } from "../errors.ts";
import { REVISION } from "../install/flags.ts";
import { webhooksOfRevision } from "../tag/webhooks.ts";
import { toYaml } from "../text/yaml.ts";
import { operations, patched } from "./json-patch.ts";

const FILES = ["meshConfigFile", "injectConfigFile", "valuesFile", "operatorFileName"];

/** `istioctl kube-inject` (istioctl/pkg/kubeinject): puts the sidecar into manifests, by asking the cluster's injector. */
export const kubeInject: Command = {
  name: "kube-inject",
  short: "Inject Istio sidecar into Kubernetes pod resources",
  usage: "kube-inject [flags]",
  flags: [
    REVISION,
    { name: "filename", short: "f", type: "string" },
    { name: "output", short: "o", type: "string" },
    ...[...FILES, "meshConfigMapName", "webhookConfig"].map((name) => ({ name, type: "string" as const })),
  ],
  run,
};

async function run(context: CommandContext): Promise<void> {
  const { args } = context;
  const file = args.text("filename");
  if (!file)
    throw new CommandError("1 error occurred:\n\t* filename not specified (see --filename or -f)\n\n");
  for (const name of FILES) if (args.text(name)) throw notSupported(`istioctl kube-inject --${name}`);
  const documents = read(file).split(/^---.*\n/m);
  const access = context.access();
  const revision = args.text("revision") || "default";
  if ((await webhooksOfRevision(access, revision)).length === 0)
    throw new CommandError(
      `could not find valid mutatingWebhookConfiguration "istio-sidecar-injector${revision === "default" ? "" : `-${revision}`}" from cluster`,
    );
  const warnings: string[] = [];
  const inject = (object: Tree) =>
    injected(object, { access, revision, warn: (text) => warnings.push(text) });
  const results: string[] = [];
  for (const document of documents) if (document.trim()) results.push(await convert(document, inject));
  const text = results.map((one) => `${one}---\n`).join("");
  const output = args.text("output");
  if (output) writeFileSync(output, text);
  else context.stdout(text);
  if (warnings.length > 0) context.stderr(`\n${warnings.map((one) => `${one}\n`).join("")}`);
}

function read(file: string): string {
  try {
    return readFileSync(file === "-" ? 0 : file, "utf8");
  } catch (error) {
    throw new CommandError(`open ${file}: no such file or directory`, { cause: error });
  }
}

/** What carries pods is injected and printed anew, anything else as it was. */
async function convert(document: string, inject: (object: Tree) => Promise<Tree>): Promise<string> {
  const object = parse(document);
  if (!isTree(object) || (!(String(object.kind) in TEMPLATES) && object.kind !== "List"))
    return document.endsWith("\n") ? document : `${document}\n`;
  if (object.kind !== "List" || !Array.isArray(object.items)) return toYaml(await inject(object));
  const items = await Promise.all(
    object.items.map((item: Json) => (isTree(item) && String(item.kind) in TEMPLATES ? inject(item) : item)),
  );
  return toYaml({ ...object, items });
}

function parse(document: string): unknown {
  try {
    return load(document);
  } catch (error) {
    throw new CommandError(
      `error converting YAML to JSON: ${error instanceof Error ? error.message : error}`,
      {
        cause: error,
      },
    );
  }
}

/** Where each kind has its pod. */
const TEMPLATES: Readonly<Record<string, readonly string[]>> = {
  Pod: [],
  Deployment: ["spec", "template"],
  ReplicaSet: ["spec", "template"],
  StatefulSet: ["spec", "template"],
  DaemonSet: ["spec", "template"],
  ReplicationController: ["spec", "template"],
  Job: ["spec", "template"],
  CronJob: ["spec", "jobTemplate", "spec", "template"],
};

interface Injection {
  readonly access: KubeAccess;
  readonly revision: string;
  warn(text: string): void;
}

const review = z.object({
  response: z.object({
    allowed: z.boolean(),
    patch: z.string().optional(),
    status: z.object({ message: z.string() }).optional(),
  }),
});

async function injected(object: Tree, { access, revision, warn }: Injection): Promise<Tree> {
  const path = TEMPLATES[String(object.kind)] ?? [];
  const template = treeAt(object, ...path);
  const metadata = treeAt(template, "metadata");
  const name = at(object, "metadata", "name") ?? "";
  const namespace = at(object, "metadata", "namespace") ?? "default";
  const reason = skipped(template);
  if (reason) {
    warn(`===> Skipping injection because "${name}" has ${reason}\n`);
    return object;
  }
  // The injector learns from its owner what a pod's workload is called; a template has none of it yet.
  const owner = {
    apiVersion: object.apiVersion ?? "",
    kind: object.kind ?? "",
    name,
    uid: "",
    controller: true,
  };
  const owners: Tree = path.length > 0 ? { ownerReferences: [owner] } : {};
  const labels = { ...treeAt(metadata, "labels"), "sidecar.istio.io/inject": "true" };
  const pod: Tree = { ...template, metadata: { ...metadata, labels, ...owners } };
  const { response } = review.parse(JSON.parse(await ask(access, { revision, namespace, pod })));
  if (!response.allowed) throw new CommandError(response.status?.message ?? "the injector refused");
  if (!response.patch) return object;
  const patch = operations.parse(JSON.parse(Buffer.from(response.patch, "base64").toString("utf8")));
  return replaced(object, path, cleaned(patched(pod, patch), metadata));
}

/** The pod without what was said to the injector only. */
function cleaned(pod: Tree, before: Tree): Tree {
  const { ownerReferences: _, labels, ...metadata } = treeAt(pod, "metadata");
  const { "sidecar.istio.io/inject": __, ...others } = treeAt(labels);
  const asked = at(before, "labels", "sidecar.istio.io/inject");
  const own = asked === undefined ? others : { ...others, "sidecar.istio.io/inject": asked };
  return { ...pod, metadata: { ...metadata, labels: own } };
}

function skipped(template: Tree): string | undefined {
  if (at(template, "spec", "hostNetwork") === true) return "host networking enabled";
  const choice = ["labels", "annotations"].map((where) =>
    at(template, "metadata", where, "sidecar.istio.io/inject"),
  );
  return choice.includes("false") || choice.includes(false) ? "sidecar injection disabled" : undefined;
}

function replaced(object: Tree, [step, ...rest]: readonly string[], value: Tree): Tree {
  return step === undefined ? value : { ...object, [step]: replaced(treeAt(object, step), rest, value) };
}

/** istiod's webhook, through the API server as upstream asks it through a forwarded port. */
async function ask(
  access: KubeAccess,
  { revision, namespace, pod }: { revision: string; namespace: Json; pod: Tree },
): Promise<string> {
  const service = revision === "default" ? "istiod" : `istiod-${revision}`;
  const path = `/api/v1/namespaces/istio-system/services/https:${service}:443/proxy/inject`;
  const request = {
    uid: "kube-inject",
    namespace,
    operation: "CREATE",
    object: { apiVersion: "v1", kind: "Pod", ...pod },
  };
  const body = { apiVersion: "admission.k8s.io/v1", kind: "AdmissionReview", request };
  try {
    return await send(access, { method: "POST", path, body });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    throw new CommandError(`no pods matching selector "app=istiod" found in namespace "istio-system"`, {
      cause: error,
    });
  }
}
