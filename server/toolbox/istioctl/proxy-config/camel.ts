/**
 * Protobuf JSON comes in two spellings: Envoy's admin writes field names as in the .proto (snake_case), istioctl prints
 * them in lowerCamelCase. Keys of maps and of Structs are data, not field names, and stay as they are.
 */
const DATA_BELOW = new Set(["filter_metadata", "match_labels", "fields"]);
/** Maps whose values are messages: the keys stay, what is below is converted. */
const MAP_OF_MESSAGES = new Set([
  "typed_per_filter_config",
  "typed_extension_protocol_options",
  "typed_filter_metadata",
]);

export function toCamel(value: unknown, parent = ""): unknown {
  if (Array.isArray(value)) return value.map((item) => toCamel(item, parent));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, child]): [string, unknown] => {
    if (MAP_OF_MESSAGES.has(parent)) return [key, toCamel(child)];
    return [camelKey(key), isData(key, parent) ? child : toCamel(child, key)];
  });
  return Object.fromEntries(entries);
}

/** Structs: metadata of a node, the match of a transport socket, the value of a typed struct. */
function isData(key: string, parent: string): boolean {
  if (DATA_BELOW.has(key)) return true;
  return (
    (key === "metadata" && parent === "node") ||
    (key === "match" && parent === "transport_socket_matches") ||
    (key === "value" && parent === "typed_config")
  );
}

const camelKey = (key: string) =>
  key.startsWith("@") ? key : key.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
