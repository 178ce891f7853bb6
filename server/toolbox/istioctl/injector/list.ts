import { z } from "zod";
import { getJson } from "../../kube/client.ts";
import type { Command, CommandContext } from "../command.ts";
import { field, text } from "../json.ts";
import { table } from "../text/tabwriter.ts";
import {
  type Hook,
  hooks,
  INJECTION_LABEL,
  listMarked,
  type Marked,
  matches,
  REVISION_LABEL,
  revisionOf,
} from "./hooks.ts";

const IGNORED = ["kube-system", "kube-public", "kube-node-lease", "local-path-storage"];

/** `istioctl experimental injector list`: who injects what where. Follows istioctl/pkg/injector. */
export const injector: Command = {
  name: "injector",
  short: "List sidecar injector and sidecar versions",
  unknown: (word) => `unknown subcommand ${JSON.stringify(word)}`,
  subcommands: [
    {
      name: "list",
      short: "List sidecar injector and sidecar versions",
      usage: "list [flags]",
      run: list,
    },
  ],
};

async function list(context: CommandContext): Promise<void> {
  const access = context.access();
  const all = await listMarked(access, "/api/v1/namespaces");
  const namespaces = all
    .filter(({ metadata: { name, labels } }) => {
      if (IGNORED.includes(name) || name === context.istioNamespace) return false;
      return labels["istio.io/dataplane-mode"] !== "ambient";
    })
    .sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
  const found = await hooks(access);
  const pods = await listMarked(access, "/api/v1/pods");
  const rows = namespaces.flatMap((namespace) => namespaceRows(namespace, found, pods));
  const head = ["NAMESPACE", "ISTIO-REVISION", "POD-REVISIONS"];
  context.stdout(rows.length > 0 ? table([head, ...rows], 1) : "No Istio injected namespaces present.\n");
  context.stdout("\n");
  if (found.length === 0) context.stdout("No Istio injection hooks present.\n");
  else context.stdout(table(hookRows(found, namespaces, await proxyImages(context)), 1));
}

const selectsNamespace = (hook: Hook, { metadata }: Marked): boolean =>
  hook.webhooks.some(({ namespaceSelector }) => matches(namespaceSelector, metadata.labels));

/** Revision of the first hook that looks at the namespace; MISSING where its labels ask for one that is not there. */
function revisionFor(namespace: Marked, found: readonly Hook[]): string {
  const hook = found.find((one) => selectsNamespace(one, namespace));
  if (hook) return revisionOf(hook);
  const { [REVISION_LABEL]: revision, [INJECTION_LABEL]: injection } = namespace.metadata.labels;
  if (revision) return `MISSING/${revision}`;
  return injection === undefined || injection === "disabled" ? "" : `MISSING/${INJECTION_LABEL}`;
}

interface Count {
  readonly pods: number;
  readonly disabled: number;
  readonly needsRestart: number;
}

function namespaceRows(namespace: Marked, found: readonly Hook[], pods: readonly Marked[]): string[][] {
  const { name } = namespace.metadata;
  const expected = revisionFor(namespace, found);
  const counts = new Map<string, Count>();
  for (const pod of pods.filter(({ metadata }) => metadata.namespace === name)) {
    const revision = podRevision(pod);
    const key = revision || "<non-Istio>";
    const known = counts.get(key) ?? { pods: 0, disabled: 0, needsRestart: 0 };
    const disabled = isDisabled(pod);
    counts.set(key, {
      pods: known.pods + 1,
      disabled: known.disabled + Number(disabled),
      needsRestart: known.needsRestart + Number(!disabled && revision !== expected),
    });
  }
  if (counts.size === 0) return expected === "" ? [] : [[name, expected, "<no pods>"]];
  return [...counts].map(([revision, count]) => [name, expected, `${revision}: ${countText(count)}`]);
}

const countText = ({ pods, disabled, needsRestart }: Count): string =>
  [
    String(pods),
    disabled > 0 ? ` (injection disabled: ${disabled})` : "",
    needsRestart > 0 ? ` NEEDS RESTART: ${needsRestart}` : "",
  ].join("");

function podRevision({ metadata: { annotations } }: Marked): string {
  const own = annotations[REVISION_LABEL];
  if (own !== undefined) return own;
  try {
    return text(JSON.parse(annotations["sidecar.istio.io/status"] ?? "{}"), "revision");
  } catch {
    return "";
  }
}

const isDisabled = ({ metadata: { labels, annotations } }: Marked): boolean =>
  (labels["sidecar.istio.io/inject"] ?? annotations["sidecar.istio.io/inject"] ?? "").toLowerCase() ===
  "false";

function hookRows(
  found: readonly Hook[],
  namespaces: readonly Marked[],
  images: ReadonlyMap<string, string>,
): string[][] {
  const rows = found.flatMap((hook) => {
    const revision = revisionOf(hook);
    const own = namespaces.filter((namespace) => selectsNamespace(hook, namespace));
    const names = own.length > 0 ? own.map(({ metadata }) => metadata.name) : ["DOES NOT AUTOINJECT"];
    return names.map((name) => [name, hook.metadata.name, revision, images.get(revision) ?? ""]);
  });
  return [["NAMESPACES", "INJECTOR-HOOK", "ISTIO-REVISION", "SIDECAR-IMAGE"], ...rows];
}

const configMaps = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ labels: z.record(z.string(), z.string()).default({}) }),
      data: z.record(z.string(), z.string()).default({}),
    }),
  ),
});

/** Images that the injectors of each revision put into pods. */
async function proxyImages(context: CommandContext): Promise<ReadonlyMap<string, string>> {
  const { items } = await getJson(context.access(), "/api/v1/configmaps", {
    schema: configMaps,
    query: { labelSelector: REVISION_LABEL },
  });
  const images = items.flatMap(({ metadata, data }): [string, string][] => {
    const image = imageOf(data.values ?? "");
    return image === undefined ? [] : [[metadata.labels[REVISION_LABEL] ?? "", image]];
  });
  return new Map(images);
}

function imageOf(values: string): string | undefined {
  try {
    const global = field(JSON.parse(values), "global");
    const image = text(global, "proxy", "image");
    return image.includes("/") ? image : `${text(global, "hub")}/${image}:${text(global, "tag")}`;
  } catch {
    return undefined;
  }
}
