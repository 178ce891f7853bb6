import { type FieldError, labelNameErrors } from "../../../apimachinery/index.ts";
import {
  duplicate,
  invalidEach,
  invalidValue,
  notFoundField,
  notSupported,
  portNumber,
  required,
} from "../../meta/fields.ts";
import { quantityMilli } from "../../meta/quantity.ts";
import type { Container, PodSpec } from "./pod-types.ts";

const PULL_POLICIES = ["Always", "IfNotPresent", "Never"];
const PROTOCOLS = ["SCTP", "TCP", "UDP"];
const PORT_NAME = /^[a-z0-9-]+$/;

interface Scope {
  readonly volumes: ReadonlySet<string>;
  readonly names: Set<string>;
}

/** Init containers and containers share one space of names. */
export function validateContainers(spec: PodSpec, path: string, volumes: ReadonlySet<string>): FieldError[] {
  const scope: Scope = { volumes, names: new Set() };
  const containers = spec.containers ?? [];
  const errors: FieldError[] = [];
  if (containers.length === 0) errors.push(required(`${path}.containers`));
  for (const [index, container] of containers.entries()) {
    errors.push(...validateContainer(container, `${path}.containers[${index}]`, scope));
  }
  for (const [index, container] of (spec.initContainers ?? []).entries()) {
    errors.push(...validateContainer(container, `${path}.initContainers[${index}]`, scope));
  }
  return errors;
}

function validateContainer(container: Container, path: string, scope: Scope): FieldError[] {
  const errors: FieldError[] = [];
  if (!container.name) errors.push(required(`${path}.name`));
  else {
    errors.push(...invalidEach(`${path}.name`, container.name, labelNameErrors(container.name)));
    if (scope.names.has(container.name)) errors.push(duplicate(`${path}.name`, container.name));
    scope.names.add(container.name);
  }
  if (!container.image) errors.push(required(`${path}.image`));
  else if (container.image.trim() !== container.image) {
    errors.push(
      invalidValue(`${path}.image`, container.image, "must not have leading or trailing whitespace"),
    );
  }
  if (container.imagePullPolicy && !PULL_POLICIES.includes(container.imagePullPolicy)) {
    errors.push(notSupported(`${path}.imagePullPolicy`, container.imagePullPolicy, PULL_POLICIES));
  }
  return [
    ...errors,
    ...validatePorts(container, path),
    ...validateEnv(container, path),
    ...validateMounts(container, path, scope),
    ...validateResources(container, path),
  ];
}

function validatePorts(container: Container, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const names = new Set<string>();
  for (const [index, port] of (container.ports ?? []).entries()) {
    const field = `${path}.ports[${index}]`;
    if (port.name) {
      errors.push(...invalidEach(`${field}.name`, port.name, portNameErrors(port.name)));
      if (names.has(port.name)) errors.push(duplicate(`${field}.name`, port.name));
      names.add(port.name);
    }
    if (!port.containerPort) errors.push(required(`${field}.containerPort`));
    else errors.push(...portNumber(`${field}.containerPort`, port.containerPort));
    if (port.protocol && !PROTOCOLS.includes(port.protocol)) {
      errors.push(notSupported(`${field}.protocol`, port.protocol, PROTOCOLS));
    }
  }
  return errors;
}

/** Follows apimachinery validation.IsValidPortName. */
export function portNameErrors(name: string): string[] {
  const errors: string[] = [];
  if (name.length > 15) errors.push("must be no more than 15 characters");
  if (!PORT_NAME.test(name)) {
    errors.push("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)");
  }
  if (!/[a-z]/.test(name)) errors.push("must contain at least one letter (a-z)");
  if (name.includes("--")) errors.push("must not contain consecutive hyphens");
  if (name.startsWith("-") || name.endsWith("-")) errors.push("must not begin or end with a hyphen");
  return errors;
}

function validateEnv(container: Container, path: string): FieldError[] {
  return (container.env ?? []).flatMap((env, index) => {
    const field = `${path}.env[${index}]`;
    if (!env.name) return [required(`${field}.name`)];
    if (env.valueFrom && env.value) {
      return [invalidValue(`${field}.valueFrom`, "", "may not be specified when `value` is not empty")];
    }
    return [];
  });
}

function validateMounts(container: Container, path: string, scope: Scope): FieldError[] {
  const errors: FieldError[] = [];
  const paths = new Set<string>();
  for (const [index, mount] of (container.volumeMounts ?? []).entries()) {
    const field = `${path}.volumeMounts[${index}]`;
    if (!mount.name) errors.push(required(`${field}.name`));
    else if (!scope.volumes.has(mount.name)) errors.push(notFoundField(`${field}.name`, mount.name));
    if (!mount.mountPath) errors.push(required(`${field}.mountPath`));
    else if (paths.has(mount.mountPath)) {
      errors.push(invalidValue(`${field}.mountPath`, mount.mountPath, "must be unique"));
    }
    paths.add(mount.mountPath);
  }
  return errors;
}

function validateResources(container: Container, path: string): FieldError[] {
  const { limits = {}, requests = {} } = container.resources ?? {};
  return Object.entries(requests).flatMap(([resource, request]) => {
    const limit = limits[resource];
    if (limit === undefined) return [];
    const [wants, most] = [quantityMilli(request), quantityMilli(limit)];
    if (wants === undefined || most === undefined || wants <= most) return [];
    const detail = `must be less than or equal to ${resource} limit of ${limit}`;
    return [invalidValue(`${path}.resources.requests`, request, detail)];
  });
}
