import { imagePullPolicyOf } from "../../meta/image.ts";
import { canonicalQuantities } from "../../meta/quantity.ts";
import { withDefaults } from "../../meta/with-defaults.ts";
import type {
  Container,
  DownwardApiItem,
  EnvVar,
  PodSpec,
  PodTemplateSpec,
  Probe,
  ProbeHandler,
  ProjectedSource,
  Volume,
} from "./pod-types.ts";

// Follows pkg/apis/core/v1/defaults.go and zz_generated.defaults.go: SetObjectDefaults_Pod and its parts.

/** 0644, as files of volumes are made. */
const FILE_MODE = 0o644;
const PROBE = { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 };

export function podSpecDefaults(spec: PodSpec | undefined): PodSpec {
  const given: PodSpec = spec ?? { containers: [] };
  const account = given.serviceAccountName ?? given.serviceAccount;
  return withDefaults(
    {
      ...given,
      ...(given.volumes ? { volumes: given.volumes.map(volumeDefaults) } : {}),
      ...(given.initContainers ? { initContainers: given.initContainers.map(containerDefaults) } : {}),
      ...(given.containers ? { containers: given.containers.map(containerDefaults) } : { containers: [] }),
      // The old name of the field is kept equal to the new one.
      ...(account ? { serviceAccountName: account, serviceAccount: account } : {}),
    },
    {
      restartPolicy: "Always",
      terminationGracePeriodSeconds: 30,
      dnsPolicy: "ClusterFirst",
      securityContext: {},
      schedulerName: "default-scheduler",
    },
  );
}

export function podTemplateDefaults(template: PodTemplateSpec | undefined): PodTemplateSpec {
  const { creationTimestamp: _, ...metadata } = template?.metadata ?? {};
  return { ...template, metadata, spec: podSpecDefaults(template?.spec) };
}

function containerDefaults(container: Container): Container {
  return withDefaults(
    {
      ...container,
      resources: {
        ...container.resources,
        ...canonicalQuantities(container.resources, ["limits", "requests"]),
      },
      ...(container.ports
        ? { ports: container.ports.map((port) => withDefaults(port, { protocol: "TCP" })) }
        : {}),
      ...(container.env ? { env: container.env.map(envDefaults) } : {}),
      ...(container.livenessProbe ? { livenessProbe: probeDefaults(container.livenessProbe) } : {}),
      ...(container.readinessProbe ? { readinessProbe: probeDefaults(container.readinessProbe) } : {}),
      ...(container.startupProbe ? { startupProbe: probeDefaults(container.startupProbe) } : {}),
      ...(container.lifecycle ? { lifecycle: lifecycleDefaults(container.lifecycle) } : {}),
    },
    {
      imagePullPolicy: imagePullPolicyOf(container.image ?? ""),
      terminationMessagePath: "/dev/termination-log",
      terminationMessagePolicy: "File",
    },
  );
}

function envDefaults(env: EnvVar): EnvVar {
  const { fieldRef, resourceFieldRef } = env.valueFrom ?? {};
  if (!fieldRef && !resourceFieldRef) return env;
  return {
    ...env,
    valueFrom: {
      ...env.valueFrom,
      ...(fieldRef ? { fieldRef: withDefaults(fieldRef, { apiVersion: "v1" }) } : {}),
      ...(resourceFieldRef ? { resourceFieldRef: withDefaults(resourceFieldRef, { divisor: "0" }) } : {}),
    },
  };
}

function probeDefaults(probe: Probe): Probe {
  return withDefaults({ ...probe, ...handlerDefaults(probe) }, PROBE);
}

function handlerDefaults(handler: ProbeHandler): ProbeHandler {
  const { httpGet, grpc } = handler;
  return {
    ...(httpGet ? { httpGet: withDefaults(httpGet, { path: "/", scheme: "HTTP" }) } : {}),
    ...(grpc ? { grpc: withDefaults(grpc, { service: "" }) } : {}),
  };
}

function lifecycleDefaults(lifecycle: NonNullable<Container["lifecycle"]>): Container["lifecycle"] {
  const { postStart, preStop } = lifecycle;
  return {
    ...lifecycle,
    ...(postStart ? { postStart: { ...postStart, ...handlerDefaults(postStart) } } : {}),
    ...(preStop ? { preStop: { ...preStop, ...handlerDefaults(preStop) } } : {}),
  };
}

function volumeDefaults(volume: Volume): Volume {
  const mode = { defaultMode: FILE_MODE };
  const { configMap, secret, downwardAPI, projected, hostPath } = volume;
  if (configMap) return { ...volume, configMap: withDefaults(configMap, mode) };
  if (secret) return { ...volume, secret: withDefaults(secret, mode) };
  if (hostPath) return { ...volume, hostPath: withDefaults(hostPath, { type: "" }) };
  if (downwardAPI) {
    const items = downwardAPI.items?.map(downwardItemDefaults);
    return { ...volume, downwardAPI: withDefaults({ ...downwardAPI, ...(items ? { items } : {}) }, mode) };
  }
  if (projected) {
    const sources = projected.sources?.map(sourceDefaults);
    return { ...volume, projected: withDefaults({ ...projected, ...(sources ? { sources } : {}) }, mode) };
  }
  const hasSource = Object.keys(volume).some((key) => key !== "name");
  return hasSource ? volume : { ...volume, emptyDir: {} };
}

function downwardItemDefaults(item: DownwardApiItem): DownwardApiItem {
  return {
    ...item,
    ...(item.fieldRef ? { fieldRef: withDefaults(item.fieldRef, { apiVersion: "v1" }) } : {}),
    ...(item.resourceFieldRef
      ? { resourceFieldRef: withDefaults(item.resourceFieldRef, { divisor: "0" }) }
      : {}),
  };
}

function sourceDefaults(source: ProjectedSource): ProjectedSource {
  const { serviceAccountToken: token, downwardAPI } = source;
  if (token) return { ...source, serviceAccountToken: withDefaults(token, { expirationSeconds: 3600 }) };
  if (downwardAPI?.items) {
    return { ...source, downwardAPI: { ...downwardAPI, items: downwardAPI.items.map(downwardItemDefaults) } };
  }
  return source;
}
