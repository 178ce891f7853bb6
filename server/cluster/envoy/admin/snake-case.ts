// Two fields whose snake-case name the rule below would get wrong (envoy.config.cluster.v3.OutlierDetection).
const EXCEPTIONS: Readonly<Record<string, string>> = {
  consecutive5xx: "consecutive_5xx",
  enforcingConsecutive5xx: "enforcing_consecutive_5xx",
  acceptHttp10: "accept_http_10",
};

// Fields that hold a map or a free Struct: what is in them belongs to somebody else and keeps its spelling.
const FREE = new Set(["filterMetadata", "jsonFormat"]);
const KEYED = new Set(["typedPerFilterConfig", "typedExtensionProtocolOptions", "policies", "providers"]);

/** Envoy's own spelling of a resource: `/config_dump` prints proto field names, xDS JSON carries lowerCamelCase. */
export function snakeCase(value: unknown, key = ""): unknown {
  if (Array.isArray(value)) return value.map((one) => snakeCase(one, key));
  if (typeof value !== "object" || value === null) return value;
  const isNode = key === "node";
  const isSocketMatch = key === "transportSocketMatches";
  const isTypedStruct = Reflect.get(value, "@type") === "type.googleapis.com/udpa.type.v1.TypedStruct";
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => {
      const free =
        FREE.has(name) ||
        (isNode && name === "metadata") ||
        (isSocketMatch && name === "match") ||
        (isTypedStruct && name === "value");
      const inner = free ? one : KEYED.has(name) ? eachValue(one) : snakeCase(one, name);
      return [snakeName(name), inner];
    }),
  );
}

function eachValue(map: unknown): unknown {
  if (typeof map !== "object" || map === null) return map;
  return Object.fromEntries(Object.entries(map).map(([name, one]) => [name, snakeCase(one)]));
}

function snakeName(name: string): string {
  if (name.startsWith("@")) return name;
  return EXCEPTIONS[name] ?? name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
