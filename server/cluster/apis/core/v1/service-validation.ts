import type { FieldError } from "../../../apimachinery/index.ts";
import { labelNameErrors, subdomainErrors } from "../../../apimachinery/index.ts";
import {
  duplicate,
  forbiddenField,
  invalidEach,
  invalidValue,
  notSupported,
  portNumber,
  required,
} from "../../meta/fields.ts";
import { dns1035LabelErrors, validateLabels } from "../../meta/object-meta.ts";
import { portNameErrors } from "./container-validation.ts";
import type { Service, ServicePort } from "./types.ts";

// Follows ValidateService of pkg/apis/core/validation/validation.go, for common mistakes.

const TYPES = ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"];
const PROTOCOLS = ["SCTP", "TCP", "UDP"];
const AFFINITIES = ["ClientIP", "None"];

/** Service names are DNS-1035 labels; that they are DNS-1123 labels the registry has checked. */
function validateName({ metadata: { name = "" } }: Service): FieldError[] {
  return labelNameErrors(name).length > 0 ? [] : invalidEach("metadata.name", name, dns1035LabelErrors(name));
}

export function validateService(service: Service): FieldError[] {
  const { spec } = service;
  const errors = validateName(service);
  const headless = spec.clusterIP === "None";
  const needsPorts = !headless && spec.type !== "ExternalName";
  if (needsPorts && (spec.ports ?? []).length === 0) errors.push(required("spec.ports"));
  if (spec.type === "LoadBalancer" && headless) {
    errors.push(
      invalidValue("spec.clusterIPs[0]", "None", "may not be set to 'None' for LoadBalancer services"),
    );
  }
  if (spec.type === "NodePort" && headless) {
    errors.push(invalidValue("spec.clusterIPs[0]", "None", "may not be set to 'None' for NodePort services"));
  }
  if (spec.type === "ExternalName") errors.push(...validateExternalName(service));
  if (spec.type && !TYPES.includes(spec.type)) errors.push(notSupported("spec.type", spec.type, TYPES));
  if (spec.sessionAffinity && !AFFINITIES.includes(spec.sessionAffinity)) {
    errors.push(notSupported("spec.sessionAffinity", spec.sessionAffinity, AFFINITIES));
  }
  errors.push(...validateLabels("spec.selector", spec.selector), ...validatePorts(spec.ports ?? []));
  return errors;
}

function validateExternalName({ spec }: Service): FieldError[] {
  if (spec.clusterIP) {
    return [forbiddenField("spec.clusterIP", "may not be set when `type` is 'ExternalName'")];
  }
  const name = (spec.externalName ?? "").replace(/\.$/, "");
  if (name === "") return [required("spec.externalName")];
  return invalidEach("spec.externalName", name, subdomainErrors(name));
}

function validatePorts(ports: readonly ServicePort[]): FieldError[] {
  const errors: FieldError[] = [];
  const names = new Set<string>();
  const numbers = new Set<string>();
  for (const [index, port] of ports.entries()) {
    const field = `spec.ports[${index}]`;
    if (!port.name && ports.length > 1) errors.push(required(`${field}.name`));
    if (port.name) {
      errors.push(...invalidEach(`${field}.name`, port.name, labelNameErrors(port.name)));
      if (names.has(port.name)) errors.push(duplicate(`${field}.name`, port.name));
      names.add(port.name);
    }
    errors.push(...portNumber(`${field}.port`, port.port));
    if (port.protocol && !PROTOCOLS.includes(port.protocol)) {
      errors.push(notSupported(`${field}.protocol`, port.protocol, PROTOCOLS));
    }
    if (typeof port.targetPort === "number") {
      errors.push(...portNumber(`${field}.targetPort`, port.targetPort));
    } else if (port.targetPort !== undefined) {
      errors.push(...invalidEach(`${field}.targetPort`, port.targetPort, portNameErrors(port.targetPort)));
    }
    const number = `${port.port}/${port.protocol}`;
    if (numbers.has(number)) errors.push(duplicate(field, { port: port.port, protocol: port.protocol }));
    numbers.add(number);
  }
  return errors;
}

export function validateServiceUpdate(service: Service, old: Service): FieldError[] {
  const [before, after] = [old.spec.clusterIP, service.spec.clusterIP];
  const both = service.spec.type !== "ExternalName" && old.spec.type !== "ExternalName";
  if (!both || !before || before === after) return [];
  return [invalidValue("spec.clusterIPs[0]", service.spec.clusterIPs ?? [], "may not change once set")];
}
