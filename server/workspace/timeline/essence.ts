import { dump } from "js-yaml";
import { z } from "zod";
import type { KubeObject } from "../../platform/kube/index.ts";
import { limits } from "./limits.ts";

// What the API server and controllers write by themselves: no change of anybody's intention.
const ownLabels = new Set(["kubernetes.io/metadata.name"]);
const ownAnnotations = new Set([
  "deployment.kubernetes.io/revision",
  "deprecated.daemonset.template.generation",
  "kubectl.kubernetes.io/last-applied-configuration",
]);

/** What somebody wants of an object: without status, without what changes by itself. */
export function essence({ metadata, status: _status, ...rest }: KubeObject): object {
  const { name, namespace } = metadata;
  const labels = without(metadata.labels, ownLabels);
  const annotations = without(metadata.annotations, ownAnnotations);
  return {
    ...rest,
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      ...(labels && { labels }),
      ...(annotations && { annotations }),
    },
  };
}

function without(
  entries: Readonly<Record<string, string>> | undefined,
  own: ReadonlySet<string>,
): Record<string, string> | undefined {
  const kept = Object.entries(entries ?? {}).filter(([key]) => !own.has(key));
  return kept.length > 0 ? Object.fromEntries(kept) : undefined;
}

export function essenceYaml(object: KubeObject, head: { apiVersion: string; kind: string }): string {
  return dump({ ...head, ...essence(object) }, { lineWidth: -1, noRefs: true }).slice(
    0,
    limits.yamlCharacters,
  );
}

export const sameEssence = (a: KubeObject, b: KubeObject): boolean =>
  JSON.stringify(essence(a)) === JSON.stringify(essence(b));

const managed = z.looseObject({
  managedFields: z
    .array(
      z.looseObject({
        manager: z.string().default(""),
        time: z.string().default(""),
        subresource: z.string().default(""),
      }),
    )
    .default([]),
});

/** Who wrote last, by the server's own record; status does not count. */
export function managerOf(object: KubeObject): string {
  const fields = managed.safeParse(object.metadata).data?.managedFields ?? [];
  const writers = fields.filter(({ subresource }) => subresource !== "status");
  return writers.reduce((last, one) => (one.time >= last.time ? one : last), { manager: "", time: "" })
    .manager;
}

/** When somebody who is no controller wrote, to the second; status does not count. */
export function timesOfPeople(object: KubeObject): readonly number[] {
  const fields = managed.safeParse(object.metadata).data?.managedFields ?? [];
  return fields
    .filter(({ subresource, manager }) => subresource !== "status" && !isController(manager))
    .map(({ time }) => Date.parse(time));
}

const controllers =
  /^(kube-controller-manager|kube-scheduler|kubelet|pilot-discovery|istiod|istio-operator)$/;
export const isController = (manager: string): boolean => controllers.test(manager);
