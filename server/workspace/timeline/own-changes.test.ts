import { expect, it } from "vitest";
import { type KubeObject, MemoryCluster } from "../../platform/kube/index.ts";
import { changesYaml, nameOfChange, ownChanges } from "./own-changes.ts";

const kinds = [
  { group: "", version: "v1", resource: "configmaps", kind: "ConfigMap" },
  {
    group: "security.istio.io",
    version: "v1beta1",
    resource: "peerauthentications",
    kind: "PeerAuthentication",
  },
];
const written = (
  name: string,
  by: readonly (readonly [manager: string, time: string, subresource?: string])[],
): KubeObject => {
  const managedFields = by.map(([manager, time, subresource = ""]) => ({ manager, time, subresource }));
  const metadata = { name, namespace: "shop", uid: name, managedFields };
  return { apiVersion: "v1", kind: "ConfigMap", metadata, data: { word: name }, status: { seen: true } };
};

it("what people wrote after a moment is found, not what controllers or a status writer did", async () => {
  const cluster = new MemoryCluster();
  const [before, after] = ["2026-01-01T10:00:00Z", "2026-01-01T10:00:09Z"];
  for (const object of [
    written("prepared", [["kubectl-client-side-apply", before]]),
    written("published", [["kube-controller-manager", after]]),
    written("looked-at", [
      ["kubectl", before],
      ["kubectl", after, "status"],
    ]),
    written("changed", [
      ["kubectl-client-side-apply", before],
      ["kubectl-edit", after],
    ]),
  ])
    cluster.put(object);
  const since = Date.parse("2026-01-01T10:00:05Z");
  const { signal } = new AbortController();
  const changes = await ownChanges({ cluster, signal }, kinds, (time) => time > since);
  expect(changes.map(nameOfChange)).toEqual(["ConfigMap changed in shop"]);
  expect(changesYaml(changes)).toBe(
    "apiVersion: v1\nkind: ConfigMap\ndata:\n  word: changed\nmetadata:\n  name: changed\n  namespace: shop\n",
  );
  expect(changesYaml([])).toBeUndefined();
});
