import { describe, expect, it } from "vitest";
import type { GraphNode } from "../../server/contracts/index.ts";
import { evidenceCommands } from "./evidence.ts";

const webApi: GraphNode = {
  id: "w",
  kind: "workload",
  name: "web-api",
  namespace: "istioinaction",
  app: "web-api",
  sidecar: "present",
  health: "healthy",
};

describe("evidenceCommands", () => {
  it("[MG12] shows pods and certificates of a meshed workload", () => {
    expect(evidenceCommands({ node: webApi, edge: undefined })).toEqual([
      "kubectl get pods -l app=web-api -n istioinaction",
      "istioctl proxy-config secret deploy/web-api -n istioinaction",
    ]);
  });

  it("[MG13] puts nothing into a command line that is no Kubernetes name", () => {
    const hostile = { ...webApi, name: "a; rm -rf ~" };
    const hostileApp = { ...webApi, app: "$(reboot)", sidecar: "missing" as const };
    expect(evidenceCommands({ node: hostile, edge: undefined })).toEqual([]);
    expect(evidenceCommands({ node: hostileApp, edge: undefined })).toEqual([]);
  });
});
