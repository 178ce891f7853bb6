/** `spec.servers[0].port.number`, `metadata.labels["istio.io/rev"]`: the keys in order. */
export function parseFieldPath(path: string): (string | number)[] {
  const keys: (string | number)[] = [];
  const part = /\[(\d+)\]|\["([^"]+)"\]|([^.[\]]+)/g;
  for (const [, index, quoted, plain] of path.matchAll(part)) {
    if (index !== undefined) keys.push(Number(index));
    else keys.push(quoted ?? plain ?? "");
  }
  return keys;
}

/** The value at `path`; undefined when any step of it is missing. */
export function valueAt(value: unknown, path: string): unknown {
  let current = value;
  for (const key of parseFieldPath(path)) {
    if (Array.isArray(current)) current = typeof key === "number" ? current[key] : undefined;
    else if (isRecord(current) && Object.hasOwn(current, key)) current = current[key];
    else return undefined;
  }
  return current;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
