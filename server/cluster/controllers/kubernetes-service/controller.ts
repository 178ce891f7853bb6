import { deepEqual, isAlreadyExists, type KubeObject } from "../../apimachinery/index.ts";
import { type EndpointSlice, type Endpoints, resourceTypes, type Service } from "../../apis/index.ts";
import type { ResourceClient } from "../../client/index.ts";
import { type ControllerContext, clientFor, queueFor, run } from "../common/context.ts";

/** Where the API server itself listens, as pods may reach it. */
export interface ApiServerEndpoint {
  readonly address: string;
  readonly port: number;
}

const NAME = "kubernetes";
const NAMESPACE = "default";
const KEY = `${NAMESPACE}/${NAME}`;
/** The first address of the service range (options.go, apiServerServiceIP). */
const CLUSTER_IP = "10.96.0.1";

/** Keeps the service by which pods find the API server. Follows pkg/controlplane/controller/kubernetesservice. */
export function startKubernetesServiceController(context: ControllerContext, at: ApiServerEndpoint): void {
  const { informers } = context;
  const services = informers.of(resourceTypes.services);
  const endpoints = informers.of(resourceTypes.endpoints);
  const slices = informers.of(resourceTypes.endpointSlices);
  const write = {
    services: clientFor(context, resourceTypes.services),
    endpoints: clientFor(context, resourceTypes.endpoints),
    slices: clientFor(context, resourceTypes.endpointSlices),
  };
  const queue = queueFor(context);
  const changed = ({ metadata }: KubeObject) => {
    if (metadata.namespace === NAMESPACE && metadata.name === NAME) queue.add(KEY);
  };
  const handler = { updated: changed, deleted: changed };
  services.addHandler(handler);
  endpoints.addHandler(handler);
  slices.addHandler(handler);
  queue.add(KEY);
  run(context, {
    name: "kubernetes-service",
    queue,
    caches: [services, endpoints, slices],
    async reconcile() {
      if (!services.lister.get(KEY)) await create(write.services, service());
      const wanted = { endpoints: endpointsOf(at), slice: sliceOf(at) };
      const present = { endpoints: endpoints.lister.get(KEY), slice: slices.lister.get(KEY) };
      if (!present.endpoints) await create(write.endpoints, wanted.endpoints);
      else if (!deepEqual(present.endpoints.subsets, wanted.endpoints.subsets))
        await write.endpoints.update({ ...present.endpoints, subsets: wanted.endpoints.subsets });
      if (!present.slice) await create(write.slices, wanted.slice);
      else if (!sameAddresses(present.slice, wanted.slice))
        await write.slices.update({
          ...present.slice,
          endpoints: wanted.slice.endpoints,
          ports: wanted.slice.ports,
        });
    },
  });
}

async function create<T extends KubeObject>(client: ResourceClient<T>, object: T): Promise<void> {
  try {
    await client.create(object);
  } catch (error) {
    if (!isAlreadyExists(error)) throw error; // the cache follows
  }
}

function service(): Service {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: {
      name: NAME,
      namespace: NAMESPACE,
      labels: { component: "apiserver", provider: "kubernetes" },
    },
    spec: {
      type: "ClusterIP",
      clusterIP: CLUSTER_IP,
      sessionAffinity: "None",
      ports: [{ name: "https", protocol: "TCP", port: 443, targetPort: 6443 }],
    },
  };
}

function endpointsOf({ address, port }: ApiServerEndpoint): Endpoints {
  return {
    apiVersion: "v1",
    kind: "Endpoints",
    metadata: {
      name: NAME,
      namespace: NAMESPACE,
      labels: { "endpointslice.kubernetes.io/skip-mirror": "true" },
    },
    subsets: [{ addresses: [{ ip: address }], ports: [{ name: "https", port, protocol: "TCP" }] }],
  };
}

function sliceOf({ address, port }: ApiServerEndpoint): EndpointSlice {
  return {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: { name: NAME, namespace: NAMESPACE, labels: { "kubernetes.io/service-name": NAME } },
    addressType: "IPv4",
    endpoints: [{ addresses: [address], conditions: { ready: true } }],
    ports: [{ name: "https", port, protocol: "TCP" }],
  };
}

const sameAddresses = (a: EndpointSlice, b: EndpointSlice) =>
  a.endpoints?.[0]?.addresses[0] === b.endpoints?.[0]?.addresses[0] &&
  a.ports?.[0]?.port === b.ports?.[0]?.port;
