import { describe, expect, it } from "vitest";
import { builtinStrategies } from "./builtin.ts";
import { podStrategy } from "./core/v1/pod.ts";
import { secretStrategy } from "./core/v1/secret.ts";
import { serviceStrategy } from "./core/v1/service.ts";
import type { Service } from "./core/v1/types.ts";
import { imagePullPolicyOf } from "./meta/image.ts";
import type { StrategyContext } from "./strategy.ts";

const context: StrategyContext = {
  now: "2026-01-01T00:00:00Z",
  suffix: (length) => "x".repeat(length),
  clusterIP: (wanted) => wanted ?? "10.96.0.7",
  nodePort: (wanted) => wanted ?? 31000,
};

const service = (spec: Service["spec"]): Service => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name: "web", namespace: "default" },
  spec,
});

function created(object: Service): Service {
  const defaulted = serviceStrategy.defaults?.(object) ?? object;
  return serviceStrategy.prepareForCreate?.(defaulted, context) ?? defaulted;
}

describe("what the API server fills in", () => {
  it("for a pod is what `kubectl get -o yaml` shows", () => {
    const pod = podStrategy.defaults?.({
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "web" },
      spec: {
        containers: [
          {
            name: "web",
            image: "nginx",
            ports: [{ containerPort: 80 }],
            readinessProbe: { httpGet: { port: 80 } },
            resources: { limits: { cpu: "1000m" } },
            env: [{ name: "IP", valueFrom: { fieldRef: { fieldPath: "status.podIP" } } }],
          },
        ],
        volumes: [{ name: "a" }, { name: "b", configMap: { name: "c" } }],
      },
    });
    expect(pod?.spec).toEqual({
      containers: [
        {
          name: "web",
          image: "nginx",
          ports: [{ containerPort: 80, protocol: "TCP" }],
          readinessProbe: {
            httpGet: { port: 80, path: "/", scheme: "HTTP" },
            timeoutSeconds: 1,
            periodSeconds: 10,
            successThreshold: 1,
            failureThreshold: 3,
          },
          resources: { limits: { cpu: "1" }, requests: { cpu: "1" } },
          env: [{ name: "IP", valueFrom: { fieldRef: { apiVersion: "v1", fieldPath: "status.podIP" } } }],
          imagePullPolicy: "Always",
          terminationMessagePath: "/dev/termination-log",
          terminationMessagePolicy: "File",
        },
      ],
      volumes: [
        { name: "a", emptyDir: {} },
        { name: "b", configMap: { name: "c", defaultMode: 420 } },
      ],
      restartPolicy: "Always",
      terminationGracePeriodSeconds: 30,
      dnsPolicy: "ClusterFirst",
      securityContext: {},
      schedulerName: "default-scheduler",
      enableServiceLinks: true,
    });
  });

  it("for a service of type LoadBalancer has an address and node ports", () => {
    expect(
      created(service({ type: "LoadBalancer", ports: [{ port: 80, targetPort: "http" }] })).spec,
    ).toEqual({
      type: "LoadBalancer",
      ports: [{ port: 80, targetPort: "http", protocol: "TCP", nodePort: 31000 }],
      sessionAffinity: "None",
      internalTrafficPolicy: "Cluster",
      externalTrafficPolicy: "Cluster",
      allocateLoadBalancerNodePorts: true,
      clusterIP: "10.96.0.7",
      clusterIPs: ["10.96.0.7"],
      ipFamilies: ["IPv4"],
      ipFamilyPolicy: "SingleStack",
    });
  });

  it("keeps the address when a client leaves it out of an update, and refuses another", () => {
    const old = created(service({ ports: [{ port: 80 }] }));
    const update = (spec: Service["spec"]) => {
      const defaulted = serviceStrategy.defaults?.(service(spec)) ?? service(spec);
      return serviceStrategy.prepareForUpdate?.(defaulted, old, context) ?? defaulted;
    };
    expect(update({ ports: [{ port: 81 }] }).spec.clusterIP).toBe("10.96.0.7");
    const other = update({ clusterIP: "10.96.0.8", ports: [{ port: 80 }] });
    expect(serviceStrategy.validateUpdate?.(other, old)).toEqual([
      {
        type: "FieldValueInvalid",
        field: "spec.clusterIPs[0]",
        message: 'Invalid value: ["10.96.0.8"]: may not change once set',
      },
    ]);
  });

  it("gives a headless service no address", () => {
    expect(created(service({ clusterIP: "None" })).spec.clusterIPs).toEqual(["None"]);
  });

  it("moves stringData of a secret into data", () => {
    const secret = { apiVersion: "v1", kind: "Secret", metadata: { name: "s" }, stringData: { a: "b" } };
    const { apiVersion, kind, metadata } = secret;
    expect(secretStrategy.defaults?.(secret)).toEqual({
      apiVersion,
      kind,
      metadata,
      data: { a: "Yg==" },
      type: "Opaque",
    });
  });

  it.each([
    ["nginx", "Always"],
    ["nginx:latest", "Always"],
    ["registry:5000/nginx", "Always"],
    ["nginx:1.27", "IfNotPresent"],
    ["nginx@sha256:00", "IfNotPresent"],
  ])("pulls %s by policy %s", (image, policy) => {
    expect(imagePullPolicyOf(image)).toBe(policy);
  });
});

it("no two kinds share a path or a name of one group", () => {
  const paths = builtinStrategies.map(({ group, version, plural }) => `${group}/${version}/${plural}`);
  const kinds = builtinStrategies.map(({ group, kind }) => `${group}/${kind}`);
  expect([new Set(paths).size, new Set(kinds).size]).toEqual([paths.length, kinds.length]);
});

it("every kind survives an object that has nothing but a name", () => {
  for (const strategy of builtinStrategies) {
    const empty = { apiVersion: "v1", kind: strategy.kind, metadata: { name: "x" } };
    // Upstream refuses these; what matters is that they are refused and do not break the server.
    expect(() => {
      const object = strategy.defaults?.(empty) ?? empty;
      strategy.validate?.(strategy.prepareForCreate?.(object, context) ?? object);
    }, strategy.kind).not.toThrow();
  }
});

it("names only kinds that can be watched: controllers watch them all", () => {
  const unwatchable = builtinStrategies.filter(
    ({ verbs, computed }) => computed !== undefined || (verbs && !verbs.includes("watch")),
  );
  expect(unwatchable.map(({ plural }) => plural)).toEqual([]);
});
