export interface PatchOperation {
  readonly op: "add" | "remove" | "replace";
  readonly path: string;
  readonly value?: unknown;
}

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const pointerPart = (key: string) => key.replaceAll("~", "~0").replaceAll("/", "~1");

/** The operations that turn `before` into `after`. Lists are compared as a whole: they are short and their order counts. */
export function jsonPatch(before: Fields, after: Fields, path = ""): readonly PatchOperation[] {
  const operations: PatchOperation[] = [];
  for (const key of Object.keys(before))
    if (after[key] === undefined) operations.push({ op: "remove", path: `${path}/${pointerPart(key)}` });
  for (const [key, value] of Object.entries(after)) {
    if (value === undefined) continue;
    const old = before[key];
    const at = `${path}/${pointerPart(key)}`;
    if (old === undefined) operations.push({ op: "add", path: at, value });
    else if (isFields(old) && isFields(value)) operations.push(...jsonPatch(old, value, at));
    else if (JSON.stringify(old) !== JSON.stringify(value))
      operations.push({ op: "replace", path: at, value });
  }
  return operations;
}
