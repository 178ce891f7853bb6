import type { Container, PodToInject } from "./pod.ts";

export const OVERRIDES_ANNOTATION = "proxy.istio.io/overrides";
const INJECTED = new Set(["istio-proxy", "istio-init"]);

/** What a pod's author says of the containers that injection adds: they stand in the pod under those names. */
export interface Overrides {
  readonly containers: readonly Container[];
  readonly initContainers: readonly Container[];
}

/** The pod as its author means it, without those containers, and what they say; undefined when there are none. */
export function takeOverrides(pod: PodToInject): {
  readonly pod: PodToInject;
  readonly overrides: Overrides | undefined;
} {
  const said = (list: readonly Container[] | undefined) =>
    (list ?? []).filter(({ name }) => INJECTED.has(name));
  const kept = (list: readonly Container[]) => list.filter(({ name }) => !INJECTED.has(name));
  const containers = said(pod.spec.containers);
  const initContainers = said(pod.spec.initContainers);
  if (containers.length + initContainers.length === 0) return { pod, overrides: undefined };
  const { initContainers: inits, ...spec } = pod.spec;
  return {
    pod: {
      ...pod,
      spec: {
        ...spec,
        containers: kept(pod.spec.containers),
        ...(inits && { initContainers: kept(inits) }),
      },
    },
    overrides: { containers: containers.map(normal), initContainers: initContainers.map(normal) },
  };
}

/** `image: auto` only says that injection chooses it. */
function normal({ image, resources, ...rest }: Container): Container {
  return {
    ...rest,
    ...(image !== undefined && image !== "auto" && { image }),
    resources: canonicalResources(resources ?? {}),
  };
}

/** 3000m is read back from the API as 3. */
export function canonicalResources(resources: unknown): unknown {
  if (typeof resources === "string") return canonicalQuantity(resources);
  if (typeof resources !== "object" || resources === null) return resources;
  return Object.fromEntries(
    Object.entries(resources).map(([name, value]) => [name, canonicalResources(value)]),
  );
}

export const canonicalQuantity = (text: string): string => text.replace(/^(\d+)000m$/, "$1");

/** The container of the template with everything that the author's says, which wins. Lists merge by their API's keys. */
export function overridden(template: Container, overrides: readonly Container[] | undefined): Container {
  const own = overrides?.find(({ name }) => name === template.name);
  return own ? { ...merged(template, own), name: template.name } : template;
}

const KEYS: Readonly<Record<string, string>> = {
  env: "name",
  volumeMounts: "mountPath",
  ports: "containerPort",
};
type Fields = Readonly<Record<string, unknown>>;
const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function merged(base: Fields, own: Fields): Fields {
  const result: Record<string, unknown> = { ...base };
  for (const [field, value] of Object.entries(own)) {
    const before = base[field];
    const key = KEYS[field];
    if (Array.isArray(value) && Array.isArray(before) && key) result[field] = mergedList(before, value, key);
    else result[field] = isFields(value) && isFields(before) ? merged(before, value) : value;
  }
  return result;
}

function mergedList(base: readonly unknown[], own: readonly unknown[], key: string): readonly unknown[] {
  const keyOf = (item: unknown) => (isFields(item) ? item[key] : undefined);
  const left = [...own];
  const replaced = base.map((item) => {
    const at = left.findIndex((other) => keyOf(other) !== undefined && keyOf(other) === keyOf(item));
    const [mine] = at < 0 ? [] : left.splice(at, 1);
    return isFields(item) && isFields(mine) ? merged(item, mine) : item;
  });
  return [...replaced, ...left];
}

/** Orders of fields in upstream's Go types (k8s.io/api core/v1): the annotation is their JSON. */
const ORDER = [
  ...["name", "image", "command", "args", "workingDir", "ports", "envFrom", "env", "limits", "requests"],
  ...["resources", "readOnly", "volumeMounts", "mountPath", "subPath", "volumeDevices", "livenessProbe"],
  ...[
    "readinessProbe",
    "startupProbe",
    "exec",
    "httpGet",
    "tcpSocket",
    "grpc",
    "path",
    "port",
    "host",
    "scheme",
  ],
  ...["initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold"],
  ...["lifecycle", "postStart", "preStop", "terminationMessagePath", "terminationMessagePolicy"],
  ...["imagePullPolicy", "securityContext", "capabilities", "add", "drop", "privileged", "runAsUser"],
  ...["runAsGroup", "runAsNonRoot", "readOnlyRootFilesystem", "allowPrivilegeEscalation", "stdin", "tty"],
];
const rank = (field: string) => (ORDER.includes(field) ? ORDER.indexOf(field) : ORDER.length);

/** Value of the annotation that keeps what the author said. A native sidecar's stands among the init containers'. */
export function overridesText({ containers, initContainers }: Overrides, native: boolean): string {
  const inits = native ? [...initContainers, ...containers] : initContainers;
  return JSON.stringify({
    ...(!native && containers.length > 0 && { containers: containers.map(ordered) }),
    ...(inits.length > 0 && { initContainers: inits.map(ordered) }),
  });
}

function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (!isFields(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([one], [other]) => rank(one) - rank(other))
      .map(([field, item]) => [field, ordered(item)]),
  );
}
