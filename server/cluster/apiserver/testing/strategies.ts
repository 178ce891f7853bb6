import { stringOf, valueAt } from "../../apimachinery/index.ts";
import type { ResourceStrategy } from "../../apis/strategy.ts";

const NAME = {
  name: "Name",
  type: "string" as const,
  format: "name",
  description: "",
  priority: 0,
  cell: (object: { metadata: { name?: string } }) => object.metadata.name ?? "",
};

const core = { group: "", version: "v1", printerColumns: [NAME] } as const;

/** Just enough kinds to exercise the server without the real strategies of apis/. */
export const testStrategies: readonly ResourceStrategy[] = [
  {
    ...core,
    kind: "Namespace",
    plural: "namespaces",
    singular: "namespace",
    shortNames: ["ns"],
    namespaced: false,
    subresources: { status: true },
    prepareForCreate: (namespace) => ({
      ...namespace,
      spec: { finalizers: ["kubernetes"] },
      status: { phase: "Active" },
    }),
    printerColumns: [
      NAME,
      {
        name: "Status",
        type: "string",
        description: "",
        priority: 0,
        cell: (namespace) => stringOf(valueAt(namespace, "status", "phase")),
      },
    ],
  },
  {
    ...core,
    kind: "ConfigMap",
    plural: "configmaps",
    singular: "configmap",
    shortNames: ["cm"],
    namespaced: true,
  },
  {
    ...core,
    kind: "ServiceAccount",
    plural: "serviceaccounts",
    singular: "serviceaccount",
    shortNames: ["sa"],
    namespaced: true,
  },
  {
    ...core,
    kind: "Pod",
    plural: "pods",
    singular: "pod",
    shortNames: ["po"],
    categories: ["all"],
    namespaced: true,
    subresources: { status: true },
    graceful: {
      periodSeconds: (pod) => {
        if (!valueAt(pod, "spec", "nodeName")) return 0;
        const seconds = valueAt(pod, "spec", "terminationGracePeriodSeconds");
        return typeof seconds === "number" ? seconds : 30;
      },
    },
    selectableFields: (pod) => ({ "spec.nodeName": stringOf(valueAt(pod, "spec", "nodeName")) }),
  },
  {
    ...core,
    kind: "Service",
    plural: "services",
    singular: "service",
    shortNames: ["svc"],
    namespaced: true,
    subresources: { status: true },
    prepareForCreate: (service, context) => {
      const wanted = stringOf(valueAt(service, "spec", "clusterIP"));
      const clusterIP = wanted === "None" ? wanted : context.clusterIP(wanted || undefined);
      return { ...service, spec: { ...(service.spec as object), clusterIP, clusterIPs: [clusterIP] } };
    },
  },
  {
    group: "apps",
    version: "v1",
    kind: "Deployment",
    plural: "deployments",
    singular: "deployment",
    shortNames: ["deploy"],
    categories: ["all"],
    namespaced: true,
    printerColumns: [NAME],
    subresources: {
      status: true,
      scale: {
        specReplicasPath: ".spec.replicas",
        statusReplicasPath: ".status.replicas",
        labelSelectorPath: ".spec.selector",
      },
    },
    validate: (deployment) =>
      Number(valueAt(deployment, "spec", "replicas") ?? 0) < 0
        ? [
            {
              type: "FieldValueInvalid",
              field: "spec.replicas",
              message: `Invalid value: ${String(valueAt(deployment, "spec", "replicas"))}: must be greater than or equal to 0`,
            },
          ]
        : [],
  },
];
