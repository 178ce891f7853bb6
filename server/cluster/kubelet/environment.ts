import type { ServiceEntry } from "../network/index.ts";
import { downwardValue } from "./downward.ts";
import type { ObjectStore } from "./object-store.ts";
import type { Container, EnvFrom, EnvVar, Pod } from "./pod.ts";

export interface EnvironmentDeps {
  readonly configMaps: ObjectStore;
  readonly secrets: ObjectStore;
  services(): readonly ServiceEntry[];
}

/** Why a container cannot be created; the message of CreateContainerConfigError. */
export class ContainerConfigError extends Error {}

type Env = Record<string, string>;

const decode = (content: Uint8Array) => Buffer.from(content).toString("utf8");

/**
 * The environment of a container: image defaults, service links, envFrom, then env in order.
 * Follows kubelet makeEnvironmentVariables. Throws ContainerConfigError when a required key is missing.
 */
export async function environment(
  pod: Pod,
  container: Container,
  deps: EnvironmentDeps,
): Promise<Readonly<Env>> {
  const own: Env = {};
  for (const source of container.envFrom ?? []) Object.assign(own, await fromSource(pod, source, deps));
  const links = serviceLinks(pod, deps.services());
  for (const variable of container.env ?? []) {
    const value = await variableValue({ pod, container, variable, deps });
    if (value !== undefined) own[variable.name] = expand(value, { ...links, ...own });
  }
  return {
    PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    HOSTNAME: pod.spec.hostname ?? pod.metadata.name,
    HOME: "/root",
    ...links,
    ...own,
  };
}

async function fromSource(pod: Pod, source: EnvFrom, deps: EnvironmentDeps): Promise<Env> {
  const [kind, reference] = source.configMapRef
    ? ["configmap", source.configMapRef]
    : ["secret", source.secretRef];
  if (!reference) return {};
  const store = kind === "configmap" ? deps.configMaps : deps.secrets;
  const data = await store.fetch(pod.metadata.namespace, reference.name);
  if (!data && !reference.optional) throw new ContainerConfigError(`${kind} "${reference.name}" not found`);
  return Object.fromEntries(
    [...(data ?? [])].map(([key, value]) => [(source.prefix ?? "") + key, decode(value)]),
  );
}

interface Wanted {
  readonly pod: Pod;
  readonly container: Container;
  readonly variable: EnvVar;
  readonly deps: EnvironmentDeps;
}

async function variableValue({ pod, container, variable, deps }: Wanted): Promise<string | undefined> {
  const from = variable.valueFrom;
  if (!from) return variable.value ?? "";
  if (from.fieldRef || from.resourceFieldRef)
    return downwardValue(pod, { ...from, container: container.name });
  const [kind, reference] = from.configMapKeyRef
    ? ["configmap", from.configMapKeyRef]
    : ["secret", from.secretKeyRef];
  if (!reference) return undefined;
  const { namespace } = pod.metadata;
  const store = kind === "configmap" ? deps.configMaps : deps.secrets;
  const data = await store.fetch(namespace, reference.name);
  const value = data?.get(reference.key);
  if (value) return decode(value);
  if (reference.optional) return undefined;
  if (!data) throw new ContainerConfigError(`${kind} "${reference.name}" not found`);
  const where = kind === "configmap" ? "ConfigMap" : "Secret";
  throw new ContainerConfigError(
    `couldn't find key ${reference.key} in ${where} ${namespace}/${reference.name}`,
  );
}

/** `$(NAME)` becomes its value when known; `$$` is a dollar sign. Follows third_party/forked/golang/expansion. */
export function expand(text: string, known: Readonly<Env>): string {
  return text.replace(/\$(\$|\(([^)]*)\))/g, (whole, inner: string, name: string | undefined) =>
    inner === "$" ? "$" : (known[name ?? ""] ?? whole),
  );
}

/** Variables for the services of the pod's namespace and for `kubernetes`, Docker link style. */
function serviceLinks(pod: Pod, services: readonly ServiceEntry[]): Env {
  const env: Env = {};
  for (const service of services) {
    const isApi = service.namespace === "default" && service.name === "kubernetes";
    const linked = pod.spec.enableServiceLinks !== false && service.namespace === pod.metadata.namespace;
    if (!service.clusterIP || service.clusterIP === "None" || !(isApi || linked)) continue;
    const prefix = service.name.toUpperCase().replaceAll("-", "_");
    const first = service.ports[0];
    if (!first) continue;
    env[`${prefix}_SERVICE_HOST`] = service.clusterIP;
    env[`${prefix}_SERVICE_PORT`] = String(first.port);
    for (const { port, name } of service.ports)
      if (name) env[`${prefix}_SERVICE_PORT_${name.toUpperCase().replaceAll("-", "_")}`] = String(port);
    env[`${prefix}_PORT`] = `tcp://${service.clusterIP}:${first.port}`;
    for (const { port } of service.ports) {
      const link = `${prefix}_PORT_${port}_TCP`;
      env[link] = `tcp://${service.clusterIP}:${port}`;
      env[`${link}_PROTO`] = "tcp";
      env[`${link}_PORT`] = String(port);
      env[`${link}_ADDR`] = service.clusterIP;
    }
  }
  return env;
}
