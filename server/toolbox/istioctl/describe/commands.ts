import { getJson } from "../../kube/client.ts";
import type { FlagSpec } from "../args.ts";
import type { Command, CommandContext } from "../command.ts";
import { CommandError } from "../errors.ts";
import { parseTarget } from "../target.ts";
import { dumpOfPod, peerAuthentications, rootNamespace } from "./api.ts";
import { ingressLines } from "./ingress.ts";
import { type Pod, pod, podList, selects, service, serviceList } from "./objects.ts";
import { peerAuthenticationLines } from "./peer-authentication.ts";
import { podLines } from "./pod-lines.ts";
import { describeServices, SEPARATOR, type Subject, shownName } from "./services.ts";

const flags: readonly FlagSpec[] = [
  { name: "ignoreUnmeshed", type: "bool", usage: "Say nothing of pods without a sidecar" },
];

/** `istioctl experimental describe`. Follows istioctl/pkg/describe/describe.go. */
export const describe: Command = {
  name: "describe",
  aliases: ["des"],
  short: "Describe resource and related Istio configuration",
  unknown: (word) => `unknown resource type ${JSON.stringify(word)}`,
  subcommands: [
    {
      name: "pod",
      aliases: ["po"],
      short: "Describe pods and their Istio configuration [kube-only]",
      usage: "pod <pod> [flags]",
      flags,
      run: describePod,
    },
    {
      name: "service",
      aliases: ["svc"],
      short: "Describe services and their Istio configuration [kube-only]",
      usage: "service <svc> [flags]",
      flags,
      run: describeService,
    },
  ],
};

function say(context: CommandContext, lines: readonly string[]): void {
  for (const line of lines) context.stdout(`${line}\n`);
}

function targetOf({ args, access }: CommandContext, what: string) {
  const [name, ...more] = args.operands;
  if (name === undefined || more.length > 0) throw new CommandError(`expecting ${what} name`);
  const own = args.text("namespace") ?? access().namespace;
  return { ...parseTarget(name, own), own };
}

async function describePod(context: CommandContext): Promise<void> {
  const { name, namespace, own } = targetOf(context, "pod");
  const base = `/api/v1/namespaces/${namespace}`;
  const found = await getJson(context.access(), `${base}/pods/${name}`, { schema: pod });
  const ignoreUnmeshed = context.args.flag("ignoreUnmeshed") ?? false;
  const shown = shownName(found.metadata, own);
  say(context, podLines(found, { name: shown, ignoreUnmeshed, release: context.version }));
  const all = await getJson(context.access(), `${base}/services`, { schema: serviceList });
  const { labels } = found.metadata;
  const services = all.items.filter(
    ({ spec }) => Object.keys(spec.selector).length > 0 && selects(spec.selector, labels),
  );
  if (services.length === 0 && !ignoreUnmeshed)
    say(context, [
      `Warning: No Kubernetes Services select pod ${shown} (see https://istio.io/docs/setup/kubernetes/additional-setup/requirements/ )`,
    ]);
  const subject: Subject = { context, namespace: own, services, podLabels: [labels] };
  say(context, [SEPARATOR]);
  await sidecar(subject, found, ignoreUnmeshed);
  say(context, [SEPARATOR]);
  const root = await rootNamespace(context);
  const policies = await peerAuthentications(context, namespace, root);
  say(context, peerAuthenticationLines(policies, labels, root));
  say(context, await ingressLines(subject));
}

/** What the pod's own proxy says of its services; nothing of a pod without one, when that was asked for. */
async function sidecar(subject: Subject, found: Pod, ignoreUnmeshed: boolean): Promise<void> {
  const { name, namespace } = found.metadata;
  const dump = await dumpOfPod(subject.context, { name, namespace }, "sidecar").catch((error: unknown) => {
    if (ignoreUnmeshed) return undefined;
    throw error;
  });
  if (dump) say(subject.context, await describeServices(subject, found, dump));
}

async function describeService(context: CommandContext): Promise<void> {
  const { name, namespace, own } = targetOf(context, "service");
  const base = `/api/v1/namespaces/${namespace}`;
  const found = await getJson(context.access(), `${base}/services/${name}`, { schema: service });
  const shown = shownName(found.metadata, own);
  const labelSelector = Object.entries(found.spec.selector)
    .map(([key, value]) => `${key}=${value}`)
    .join(",");
  const pods = labelSelector
    ? (await getJson(context.access(), `${base}/pods`, { schema: podList, query: { labelSelector } })).items
    : [];
  const [first, ...others] = pods.filter((one) => isReady(context, one, own));
  if (!first) {
    if (pods.length === 0) say(context, [`Service "${shown}" has no pods.`]);
    else
      say(context, [
        `Service "${shown}" has no Istio pods.  (${pods.length} pods in service).`,
        "Use `istioctl kube-inject` or redeploy with Istio automatic sidecar injection.",
      ]);
    return;
  }
  const podLabels = [first, ...others].map(({ metadata }) => metadata.labels);
  const subject: Subject = { context, namespace: own, services: [found], podLabels };
  await sidecar(subject, first, context.args.flag("ignoreUnmeshed") ?? false);
  say(context, await ingressLines(subject));
}

/** Says of a pod that does not count why it does not. */
function isReady(context: CommandContext, { metadata, status }: Pod, own: string): boolean {
  if (status.phase !== "Running") {
    say(context, [`   Pod is not Running (${status.phase})`]);
    return false;
  }
  const shown = shownName(metadata, own);
  const proxy = [...status.containerStatuses, ...status.initContainerStatuses].find(
    (one) => one.name === "istio-proxy",
  );
  if (proxy?.ready) return true;
  say(context, [
    proxy
      ? `WARNING: Pod ${shown} Container istio-proxy NOT READY`
      : `Pod ${shown}: no container "istio-proxy" in pod`,
  ]);
  return false;
}
