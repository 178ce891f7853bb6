import { load } from "js-yaml";
import { z } from "zod";
import { ApiError, getJson } from "../../kube/client.ts";
import type { CommandContext } from "../command.ts";
import { CommandError } from "../errors.ts";
import { field } from "../json.ts";
import { askEnvoy, type ConfigDump, parseDump } from "../proxy-config/index.ts";
import { type Config, config, configList } from "./objects.ts";

const NETWORKING = "/apis/networking.istio.io/v1beta1";

/** An Istio resource; undefined when it is not there. */
export async function networkingConfig(
  context: CommandContext,
  plural: string,
  { namespace, name }: { readonly namespace: string; readonly name: string },
): Promise<Config | undefined> {
  const path = `${NETWORKING}/namespaces/${namespace}/${plural}/${name}`;
  return getJson(context.access(), path, { schema: config }).catch((error: unknown) => {
    if (error instanceof ApiError && error.code === 404) return undefined;
    throw error;
  });
}

/** Those of the mesh and those of the namespace. */
export async function peerAuthentications(
  context: CommandContext,
  namespace: string,
  rootNamespace: string,
): Promise<Config[]> {
  const own = async (where: string) => {
    const path = `/apis/security.istio.io/v1beta1/namespaces/${where}/peerauthentications`;
    return (await getJson(context.access(), path, { schema: configList })).items;
  };
  const root = await own(rootNamespace);
  // A pod of the root namespace meets them twice, as upstream shows it.
  return [...root, ...(await own(namespace))];
}

const configMap = z.object({ data: z.record(z.string(), z.string()).default({}) });

/** The namespace whose policies hold for the whole mesh. */
export async function rootNamespace(context: CommandContext): Promise<string> {
  const { istioNamespace } = context;
  const path = `/api/v1/namespaces/${istioNamespace}/configmaps/istio`;
  const map = await getJson(context.access(), path, { schema: configMap }).catch((error: unknown) => {
    throw new CommandError(
      `failed to fetch mesh config: could not read configmap "istio" from namespace "${istioNamespace}": ${error instanceof Error ? error.message : error}`,
      { cause: error },
    );
  });
  const own = field(load(map.data.mesh ?? ""), "rootNamespace");
  return typeof own === "string" && own !== "" ? own : istioNamespace;
}

/** A proxy's configuration; `whose` stands in the message when it cannot be had. */
export async function dumpOfPod(
  context: CommandContext,
  pod: { readonly name: string; readonly namespace: string },
  whose: string,
): Promise<ConfigDump> {
  const answer = await askEnvoy(context, pod, "config_dump").catch((error: unknown) => {
    const reason = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    throw new CommandError(
      `failed to execute command on ${whose}: ${reason instanceof Error ? reason.message : reason}`,
      { cause: error },
    );
  });
  return parseDump(answer);
}
