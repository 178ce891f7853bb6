import { expect, it } from "vitest";
import type { KubeObject } from "../../apimachinery/index.ts";
import type { Pod, ResourceQuota } from "../../apis/index.ts";
import { quotaStatus } from "./plan.ts";

const pod = (requests: Record<string, string>, phase = "Running"): Pod => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "p" },
  spec: { containers: [{ name: "c", image: "i", resources: { requests, limits: { cpu: "1" } } }] },
  status: { phase },
});
const thing = (kind: string, spec: object): KubeObject => ({
  apiVersion: "v1",
  kind,
  metadata: { name: "t" },
  spec,
});
const quota = (spec: NonNullable<ResourceQuota["spec"]>): ResourceQuota => ({
  apiVersion: "v1",
  kind: "ResourceQuota",
  metadata: { name: "q" },
  spec,
});
const pods = { group: "", plural: "pods" };

it("counts what a quota names, ended pods aside", () => {
  const hard = {
    pods: "10",
    "count/pods": "20",
    "requests.cpu": "2",
    "limits.cpu": "4",
    memory: "1Gi",
    services: "5",
    "services.nodeports": "5",
    "count/deployments.apps": "3",
    "count/widgets.example.com": "9",
    "requests.storage": "10Gi",
    "fast.storageclass.storage.k8s.io/persistentvolumeclaims": "1",
  };
  const populations = [
    {
      resource: pods,
      objects: [
        pod({ cpu: "250m", memory: "64Mi" }),
        pod({ cpu: "500m", memory: "64Mi" }),
        pod({ cpu: "1" }, "Succeeded"),
      ],
    },
    {
      resource: { group: "", plural: "services" },
      objects: [
        thing("Service", { type: "ClusterIP", ports: [{ port: 80 }] }),
        thing("Service", { type: "NodePort", ports: [{ port: 80 }, { port: 443 }] }),
      ],
    },
    { resource: { group: "apps", plural: "deployments" }, objects: [thing("Deployment", {})] },
    { resource: { group: "example.com", plural: "widgets" }, objects: [thing("Widget", {})] },
    {
      resource: { group: "", plural: "persistentvolumeclaims" },
      objects: [
        thing("PersistentVolumeClaim", { resources: { requests: { storage: "1Gi" } } }),
        thing("PersistentVolumeClaim", {
          storageClassName: "fast",
          resources: { requests: { storage: "512Mi" } },
        }),
      ],
    },
  ];
  expect(quotaStatus(quota({ hard }), populations)).toEqual({
    hard,
    used: {
      pods: "2",
      "count/pods": "3",
      "requests.cpu": "750m",
      "limits.cpu": "2",
      memory: "128Mi",
      services: "2",
      "services.nodeports": "2",
      "count/deployments.apps": "1",
      "count/widgets.example.com": "1",
      "requests.storage": "1536Mi",
      "fast.storageclass.storage.k8s.io/persistentvolumeclaims": "1",
    },
  });
});

it("counts pods of its scopes only", () => {
  const bounded: Pod = { ...pod({}), spec: { ...pod({}).spec, activeDeadlineSeconds: 60 } };
  const effortless = thing("Pod", { containers: [{ name: "c" }], priorityClassName: "high" });
  const populations = [{ resource: pods, objects: [pod({ cpu: "1" }), bounded, effortless] }];
  const used = (spec: object) => quotaStatus(quota({ hard: { pods: "9" }, ...spec }), populations).used?.pods;
  const byClass = (operator: string, values?: readonly string[]) => ({
    scopeSelector: {
      matchExpressions: [{ scopeName: "PriorityClass", operator, ...(values ? { values } : {}) }],
    },
  });
  expect({
    terminating: used({ scopes: ["Terminating"] }),
    running: used({ scopes: ["NotTerminating"] }),
    best: used({ scopes: ["BestEffort"] }),
    both: used({ scopes: ["NotBestEffort", "NotTerminating"] }),
    high: used(byClass("In", ["high"])),
    low: used(byClass("In", ["low"])),
    some: used(byClass("Exists")),
  }).toEqual({ terminating: "1", running: "2", best: "1", both: "1", high: "1", low: "0", some: "1" });
});
