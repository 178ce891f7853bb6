/**
 * Fields that are stored and shown but that no generator reads, by kind. Who writes one must hear it. A name stands for
 * the field wherever it occurs in the spec: none of them means something else elsewhere.
 */
const FIELDS: Readonly<Record<string, ReadonlySet<string>>> = {
  DestinationRule: new Set(["caCrl", "proxyProtocol", "tunnel"]),
  VirtualService: new Set(["exponentialDelay", "sourceSubnet"]),
  Gateway: new Set(["caCrl", "defaultEndpoint", "verifyCertificateHash", "verifyCertificateSpki"]),
  Sidecar: new Set(["egressProxy"]),
};

/** Below these, keys are the user's own words. */
const USER_KEYS = new Set([
  "headers",
  "withoutHeaders",
  "queryParams",
  "sourceLabels",
  "labels",
  "matchLabels",
  "add",
  "set",
]);

/** Paths of the fields of an object that do nothing here, e.g. "spec.trafficPolicy.tunnel". */
export function fieldsWithoutEffect(object: { readonly kind: string; readonly spec?: unknown }): string[] {
  const fields = FIELDS[object.kind];
  if (!fields) return [];
  const found: string[] = [];
  walk(object.spec, "spec");
  return found;

  function walk(value: unknown, path: string): void {
    if (Array.isArray(value)) {
      for (const [index, item] of value.entries()) walk(item, `${path}[${index}]`);
      return;
    }
    if (typeof value !== "object" || value === null) return;
    for (const [key, child] of Object.entries(value)) {
      if (fields?.has(key)) found.push(`${path}.${key}`);
      else if (!USER_KEYS.has(key)) walk(child, `${path}.${key}`);
    }
  }
}
