import { readFileSync } from "node:fs";
import path from "node:path";
import { type FakeApi, fakeApi } from "./fake-api.ts";

export const recorded = (name: string): string => readFileSync(path.join(import.meta.dirname, name), "utf8");

const running = { phase: "Running", conditions: [{ type: "Ready", status: "True" }] };
const pod = (namespace: string, name: string) => ({ metadata: { namespace, name }, status: running });
const deployment = (app: string) => ({ spec: { selector: { matchLabels: { app } } } });

const SHOP = "/namespaces/istioinaction";
const SYSTEM = "/namespaces/istio-system";
const RECOMMENDATION = "recommendation-64dcc5889f-w9l2m";
const ISTIOD = "istiod-5b97d7b9f7-2g8qs";
const build = { version: "1.21.6", revision: "practice", golang_version: "", status: "Clean", tag: "1.21.6" };

/** The practice cluster that the recordings are from, as far as istioctl asks. */
export function recordedCluster(): Promise<FakeApi> {
  return fakeApi({
    objects: {
      [`/apis/apps/v1${SHOP}/deployments/recommendation`]: deployment("recommendation"),
      [`/apis/apps/v1${SHOP}/deployments/empty`]: deployment("empty"),
      [`/api/v1${SHOP}/services/recommendation`]: { spec: { selector: { app: "recommendation" } } },
      [`/api/v1${SHOP}/pods`]: { items: [pod("istioinaction", RECOMMENDATION)] },
      [`/api/v1${SHOP}/pods/${RECOMMENDATION}`]: pod("istioinaction", RECOMMENDATION),
      "/api/v1/namespaces/default/pods/plain": pod("default", "plain"),
      [`/api/v1${SYSTEM}/pods`]: { items: [pod("istio-system", ISTIOD)] },
    },
    commands: {
      [`${RECOMMENDATION} pilot-agent request GET config_dump?include_eds`]: recorded(
        "recommendation-config-dump.ndjson",
      ),
      [`${RECOMMENDATION} pilot-agent request GET clusters?format=json`]: recorded(
        "recommendation-clusters.ndjson",
      ),
      [`${RECOMMENDATION} pilot-agent request POST logging`]: recorded("recommendation-logging.txt"),
      [`${RECOMMENDATION} pilot-agent request POST logging?rbac=debug`]: recorded(
        "recommendation-logging.txt",
      ).replace("rbac: warning", "rbac: debug"),
      [`${ISTIOD} pilot-discovery request GET /debug/syncz`]: recorded("syncz.ndjson"),
      [`${ISTIOD} pilot-discovery request GET /version`]: JSON.stringify(build),
    },
  });
}
