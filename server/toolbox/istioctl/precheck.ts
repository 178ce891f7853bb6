import { z } from "zod";
import { getJson, send } from "../kube/client.ts";
import type { KubeAccess } from "../kube/kubeconfig.ts";
import type { Command, CommandContext } from "./command.ts";
import { CommandError, notSupported } from "./errors.ts";
import { atLeast } from "./release.ts";
import { toYaml } from "./text/yaml.ts";

const LEVELS = ["Info", "Warning", "Error"];
const FORMATS = ["log", "json", "yaml"];

/** `istioctl x precheck` (istioctl/pkg/precheck): whether Istio can be installed or upgraded here. */
export const precheck: Command = {
  name: "precheck",
  short: "Check whether Istio can safely be installed or upgraded",
  usage: "precheck [flags]",
  flags: [
    { name: "skip-controlplane", type: "bool" },
    { name: "output-threshold", type: "string" },
    { name: "output", short: "o", type: "string" },
    { name: "from-version", short: "f", type: "string" },
    { name: "revision", short: "r", type: "string" },
  ],
  run,
};

interface Message {
  readonly code: string;
  readonly origin: string;
  readonly text: string;
}

async function run(context: CommandContext): Promise<void> {
  const { args, stdout, stderr, version } = context;
  const format = args.text("output") ?? "log";
  const threshold = args.text("output-threshold") ?? "Warning";
  if (!FORMATS.includes(format))
    throw new CommandError(
      `unable to print messages: invalid format: ${format}, expected one of [json log yaml]`,
    );
  if (!LEVELS.some((level) => level.toLowerCase() === threshold.toLowerCase()))
    throw new CommandError(`"${threshold}" not a valid option, please choose from: [Error Info Warning]`);
  if (args.text("from-version")) throw notSupported("istioctl x precheck --from-version");
  const messages = args.flag("skip-controlplane") ? [] : await checkControlPlane(context);
  if (messages.length === 0) {
    const mark = process.stdout.isTTY ? "\x1b[32m✔\x1b[0m" : "✔";
    stderr(
      `${mark} No issues found when checking the cluster. Istio is safe to install or upgrade!\n  To get started, check out https://istio.io/latest/docs/setup/getting-started/${atLeast(version, "1.24") ? "." : ""}\n`,
    );
    return;
  }
  const url = `https://istio.io/v${version.split(".").slice(0, 2).join(".")}/docs/reference/config/analysis`;
  stdout(`${printed(messages, { format, url })}\n`);
  throw new CommandError(
    `Issues found when checking the cluster. Istio may not be safe to install or upgrade.\nSee ${url} for more information about causes and resolutions.`,
  );
}

/** Every finding of ours is an Error, whatever the threshold. */
function printed(messages: readonly Message[], { format, url }: { format: string; url: string }): string {
  if (format === "log")
    return messages.map(({ code, origin, text }) => `Error [${code}] (${origin}) ${text}`).join("\n");
  const objects = messages.map(({ code, origin, text }) => ({
    code,
    documentationUrl: `${url}/${code.toLowerCase()}/`,
    level: "Error",
    message: text,
    origin,
  }));
  return format === "json" ? JSON.stringify(objects, null, "\t") : toYaml(objects);
}

async function checkControlPlane(context: CommandContext): Promise<readonly Message[]> {
  const access = context.access();
  const [version, permissions, gateways] = [
    await checkServerVersion(access, context.version),
    await checkPermissions(access, context.istioNamespace),
    await checkGatewayApi(access, context.version),
  ];
  return [...gateways, ...permissions, ...version].sort((a, b) => (a.code < b.code ? -1 : 1));
}

const serverVersion = z.object({ major: z.string(), minor: z.string(), gitVersion: z.string() });

/** The oldest Kubernetes that a release runs on (k8sversion.MinK8SVersion). */
const minimum = (release: string) => (atLeast(release, "1.29") ? 30 : 26);

async function checkServerVersion(access: KubeAccess, release: string): Promise<readonly Message[]> {
  const { minor, gitVersion } = await getJson(access, "/version", { schema: serverVersion });
  if (Number.parseInt(minor, 10) >= minimum(release)) return [];
  const text = `The Kubernetes Version "${gitVersion}" is lower than the minimum version: 1.${minimum(release)}`;
  return [{ code: "IST0142", origin: "Cluster", text }];
}

const RBAC = "rbac.authorization.k8s.io";
const WEBHOOKS = "admissionregistration.k8s.io";
/** What an installation creates: resource, group, and whether in Istio's namespace. */
const NEEDED: readonly (readonly [resource: string, group: string, namespaced: boolean])[] = [
  ["namespaces", "", false],
  ["clusterroles", RBAC, false],
  ["clusterrolebindings", RBAC, false],
  ["customresourcedefinitions", "apiextensions.k8s.io", false],
  ["roles", RBAC, true],
  ["serviceaccounts", "", true],
  ["services", "", true],
  ["deployments", "apps", true],
  ["configmaps", "", true],
  ["mutatingwebhookconfigurations", WEBHOOKS, false],
  ["validatingwebhookconfigurations", WEBHOOKS, false],
];

const review = z.object({
  status: z.object({ allowed: z.boolean().default(false), reason: z.string().default("") }).prefault({}),
});

async function checkPermissions(access: KubeAccess, istioNamespace: string): Promise<readonly Message[]> {
  const answers = await Promise.all(
    NEEDED.map(async ([resource, group, namespaced]) => {
      const namespace = namespaced ? istioNamespace : "";
      const why = await refusal(access, { namespace, verb: "create", group, version: "v1", resource });
      if (why === undefined) return [];
      const text = `Missing required permission to create resource ${resource} (${why})`;
      return [{ code: "IST0141", origin: "Cluster", text }];
    }),
  );
  return answers.flat();
}

async function refusal(access: KubeAccess, resourceAttributes: object): Promise<string | undefined> {
  try {
    const answer = await send(access, {
      method: "POST",
      path: "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
      body: {
        apiVersion: "authorization.k8s.io/v1",
        kind: "SelfSubjectAccessReview",
        spec: { resourceAttributes },
      },
    });
    const { status } = review.parse(JSON.parse(answer));
    return status.allowed ? undefined : status.reason || "permission denied";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

const definitions = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ name: z.string() }),
      spec: z.object({
        group: z.string(),
        names: z.object({ kind: z.string() }),
        versions: z.array(z.object({ name: z.string(), served: z.boolean() })),
      }),
    }),
  ),
});
const GATEWAY_KINDS = new Set(["Gateway", "GatewayClass", "HTTPRoute", "ReferenceGrant"]);

/** The Gateway API need not be there, but not in a version that is too old. */
async function checkGatewayApi(access: KubeAccess, release: string): Promise<readonly Message[]> {
  const wanted = atLeast(release, "1.22") ? "v1" : "v1beta1";
  const path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
  const { items } = await getJson(access, path, { schema: definitions });
  return items.flatMap(({ metadata, spec }) => {
    if (spec.group !== "gateway.networking.k8s.io" || !GATEWAY_KINDS.has(spec.names.kind)) return [];
    const served = spec.versions.filter((one) => one.served).map(({ name }) => name);
    if (served.includes(wanted)) return [];
    const has = served.sort().join(",") || "none";
    const text = `The Gateway API CRD version ${has} is lower than the minimum version: ${wanted}`;
    return [{ code: "IST0156", origin: `CustomResourceDefinition ${metadata.name}`, text }];
  });
}
