import { isAlreadyExists } from "../../apimachinery/index.ts";
import { resourceTypes } from "../../apis/index.ts";
import { type ControllerContext, clientFor, enqueueAll, queueFor, run } from "../common/context.ts";
import { isRefused } from "../serviceaccount/controller.ts";

const NAME = "kube-root-ca.crt";
// The wording users see in a real cluster (pkg/controller/certificates/rootcacertpublisher).
const DESCRIPTION =
  "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.";

/** Publishes the API server's CA in each namespace. Follows rootcacertpublisher. */
export function startRootCaController(context: ControllerContext, rootCaPem: string): void {
  const { informers } = context;
  const namespaces = informers.of(resourceTypes.namespaces);
  const maps = informers.of(resourceTypes.configMaps);
  const client = clientFor(context, resourceTypes.configMaps);
  const queue = queueFor(context);
  enqueueAll(context, resourceTypes.namespaces, queue);
  const changed = ({ metadata }: { metadata: { name?: string; namespace?: string } }) => {
    if (metadata.name === NAME) queue.add(metadata.namespace ?? "");
  };
  maps.addHandler({ updated: changed, deleted: changed });
  const data = { "ca.crt": rootCaPem };
  run(context, {
    name: "root-ca-cert-publisher",
    queue,
    caches: [namespaces, maps],
    async reconcile(key) {
      const namespace = namespaces.lister.get(key);
      if (!namespace || namespace.metadata.deletionTimestamp) return;
      const present = maps.lister.get(`${key}/${NAME}`);
      if (present?.data?.["ca.crt"] === rootCaPem) return;
      if (present) {
        await client.update({ ...present, data });
        return;
      }
      const annotations = { "kubernetes.io/description": DESCRIPTION };
      const metadata = { name: NAME, namespace: key, annotations };
      try {
        await client.create({ apiVersion: "v1", kind: "ConfigMap", metadata, data });
      } catch (error) {
        if (!isAlreadyExists(error) && !isRefused(error)) throw error;
      }
    },
  });
}
