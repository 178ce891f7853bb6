import { spawn } from "node:child_process";
import { z } from "zod";
import { getJson } from "../kube/client.ts";
import { type Forwarding, forwardPort } from "../kube/port-forward.ts";
import type { FlagSpec } from "./args.ts";
import type { Command, CommandContext } from "./command.ts";
import { CommandError } from "./errors.ts";
import { type PodTarget, resolvePod } from "./target.ts";

interface Page {
  readonly name: string;
  readonly title: string;
  readonly port: number;
  /** Of its pods; undefined when the pod is named by the caller. */
  readonly selector?: string;
  /** Below which it is served. */
  readonly path?: string;
  /** Flag that names another port. */
  readonly portFlag?: string;
  /** In "Open …". */
  readonly short: string;
}

const PAGES: readonly Page[] = [
  { name: "controlz", title: "ControlZ", port: 9876, portFlag: "ctrlz_port", short: "Open ControlZ web UI" },
  { name: "envoy", title: "Envoy sidecar", port: 15000, short: "Open Envoy admin web UI" },
  addon("grafana", "Grafana", { port: 3000, selector: "app.kubernetes.io/name=grafana" }),
  addon("jaeger", "Jaeger", { port: 16686, selector: "app=jaeger" }),
  addon("kiali", "Kiali", { port: 20001, selector: "app=kiali", path: "/kiali" }),
  addon("prometheus", "Prometheus", { port: 9090, selector: "app.kubernetes.io/name=prometheus" }),
  { name: "proxy", title: "Envoy sidecar", port: 15000, short: "Open admin web UI for a proxy" },
  addon("skywalking", "SkyWalking", { port: 8080, selector: "app=skywalking-ui" }),
  addon("zipkin", "Zipkin", { port: 9411, selector: "app=zipkin" }),
];

function addon(name: string, title: string, more: Pick<Page, "port" | "selector" | "path">): Page {
  return { name, title, short: `Open ${title} web UI`, ...more };
}

const FLAGS: readonly FlagSpec[] = [
  {
    name: "port",
    short: "p",
    type: "int",
    usage: "Local port; the page's own, or any free one, when left out",
  },
  { name: "address", type: "string", usage: "Address to listen at, localhost when left out" },
  { name: "browser", type: "bool", usage: "Open a browser (true when left out)" },
];

/** `istioctl dashboard`: a port forwarded through the API until it is interrupted. Follows istioctl/pkg/dashboard. */
export const dashboard: Command = {
  name: "dashboard",
  aliases: ["dash", "d"],
  short: "Access to Istio web UIs",
  flags: FLAGS,
  unknown: (word) => `unknown dashboard ${JSON.stringify(word)}`,
  subcommands: PAGES.map((page) => ({
    name: page.name,
    short: page.short,
    usage: page.selector ? `${page.name} [flags]` : `${page.name} [<type>/]<name>[.<namespace>] [flags]`,
    flags: [
      ...FLAGS,
      { name: page.portFlag ?? "ui-port", type: "int", usage: "Port of the page in its pod" },
      ...(page.selector ? [] : [{ name: "selector", short: "l", type: "string" } satisfies FlagSpec]),
    ],
    run: (context) => open(context, page),
  })),
};

async function open(context: CommandContext, page: Page): Promise<void> {
  const { args } = context;
  const pod = page.selector ? await addonPod(context, page.selector) : await namedPod(context);
  const port = args.number(page.portFlag ?? "ui-port") ?? page.port;
  const address = args.text("address") ?? "localhost";
  const forwarding = await forward(context, { pod, port, address });
  const host = address.includes(":") ? `[${address}]` : address;
  show(context, `http://${host}:${forwarding.port}${page.path ?? ""}`);
  await context.interrupted();
  await forwarding.close();
}

const podList = z.object({
  items: z.array(z.object({ metadata: z.object({ name: z.string(), namespace: z.string() }) })),
});

/** The first running pod of an add-on, in Istio's namespace, else in the caller's own. */
async function addonPod(context: CommandContext, labelSelector: string): Promise<PodTarget> {
  const own = context.args.text("namespace") ?? context.access().namespace;
  for (const namespace of [context.istioNamespace, own]) {
    const pod = await firstPod(context, namespace, labelSelector);
    if (pod) return pod;
  }
  throw new CommandError(`no pods found with selector ${labelSelector}`);
}

async function firstPod(
  context: CommandContext,
  namespace: string,
  labelSelector: string,
): Promise<PodTarget | undefined> {
  const { items } = await getJson(context.access(), `/api/v1/namespaces/${namespace}/pods`, {
    schema: podList,
    query: { labelSelector, fieldSelector: "status.phase=Running" },
  });
  return items[0]?.metadata;
}

async function namedPod(context: CommandContext): Promise<PodTarget> {
  const { args } = context;
  const selector = args.text("selector");
  const [target] = args.operands;
  if (target === undefined && selector === undefined) throw new CommandError("specify a pod or --selector");
  if (target !== undefined && selector !== undefined)
    throw new CommandError("name cannot be provided when a selector is specified");
  const own = args.text("namespace") ?? context.access().namespace;
  if (target !== undefined) return resolvePod(context.access(), target, own);
  const pod = await firstPod(context, own, selector ?? "");
  if (!pod) throw new CommandError("no pods found");
  return pod;
}

/** At the page's own port, else at any free one; at the one that was asked for, or not at all. */
async function forward(
  context: CommandContext,
  { pod, port, address }: { readonly pod: PodTarget; readonly port: number; readonly address: string },
): Promise<Forwarding> {
  const asked = context.args.number("port");
  const target = { namespace: pod.namespace, pod: pod.name, port };
  let last = "";
  for (const local of asked ? [asked] : [port, 0])
    try {
      return await forwardPort(context.access(), target, {
        address,
        port: local,
        failed: (reason) => context.stderr(`an error occurred forwarding ${local} -> ${port}: ${reason}\n`),
      });
    } catch (error) {
      // In client-go's words, which do not tell why.
      if (!(error instanceof Error && "code" in error)) throw error;
      last = `unable to listen on any of the requested ports: [{${local} ${port}}]`;
    }
  throw new CommandError(
    `failure running port forward process: failure running port forward process: port forward: ${last}`,
  );
}

function show(context: CommandContext, url: string): void {
  context.stdout(`${url}\n`);
  if (context.args.flag("browser") === false) {
    // Without a line end, as upstream.
    context.stdout("skipping opening a browser");
    return;
  }
  const opener = process.platform === "darwin" ? "open" : "xdg-open";
  const child = spawn(opener, [url], { stdio: "ignore", detached: true });
  child.once("error", () => context.stdout(`Failed to open browser; open ${url} in your browser.\n`));
  child.unref();
}
