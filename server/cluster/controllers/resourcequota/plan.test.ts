import { expect, it } from "vitest";
import type { Pod, ResourceQuota } from "../../apis/index.ts";
import { quotaStatus } from "./plan.ts";

const pod = (requests: Record<string, string>, phase = "Running"): Pod => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "p" },
  spec: { containers: [{ name: "c", image: "i", resources: { requests, limits: { cpu: "1" } } }] },
  status: { phase },
});

it("counts what a quota names, ended pods aside", () => {
  const hard = {
    pods: "10",
    "requests.cpu": "2",
    "limits.cpu": "4",
    memory: "1Gi",
    services: "5",
    "count/deployments.apps": "3",
    "requests.storage": "10Gi",
  };
  const quota: ResourceQuota = {
    apiVersion: "v1",
    kind: "ResourceQuota",
    metadata: { name: "q" },
    spec: { hard },
  };
  const pods = [
    pod({ cpu: "250m", memory: "64Mi" }),
    pod({ cpu: "500m", memory: "64Mi" }),
    pod({ cpu: "1" }, "Succeeded"),
  ];
  const counts = { services: 2, "deployments.apps": 1 };
  expect(quotaStatus(quota, { pods, counts, storage: ["1Gi", "512Mi"] })).toEqual({
    hard,
    used: {
      pods: "2",
      "requests.cpu": "750m",
      "limits.cpu": "2",
      memory: "128Mi",
      services: "2",
      "count/deployments.apps": "1",
      "requests.storage": "1536Mi",
    },
  });
});
