/** The answer of fake-service v0.7.8, keys in the order it prints them; empty ones are left out, `code` never. */
export interface FakeResponse {
  readonly name?: string;
  readonly uri?: string;
  readonly type?: string;
  readonly ip_addresses?: readonly string[];
  readonly start_time?: string;
  readonly end_time?: string;
  readonly duration?: string;
  readonly body?: unknown;
  readonly upstream_calls?: readonly FakeResponse[];
  readonly code: number;
  readonly error?: string;
}

const KEYS = [
  "name",
  "uri",
  "type",
  "ip_addresses",
  "start_time",
  "end_time",
  "duration",
  "body",
  "upstream_calls",
  "code",
  "error",
] as const;

function ordered(response: FakeResponse): object {
  const result: Record<string, unknown> = {};
  for (const key of KEYS) {
    const value = response[key];
    const empty = value === undefined || value === "" || (Array.isArray(value) && value.length === 0);
    if (key === "upstream_calls" && Array.isArray(value) && !empty)
      result[key] = response.upstream_calls?.map(ordered);
    else if (key === "code" || !empty) result[key] = value;
  }
  return result;
}

/** Two blanks of indent and a final newline; `<`, `>` and `&` escaped as Go's encoder does. */
export function encodeResponse(response: FakeResponse): string {
  const text = JSON.stringify(ordered(response), null, 2);
  const escapes: Record<string, string> = { "<": "\\u003c", ">": "\\u003e", "&": "\\u0026" };
  return `${text.replace(/[<>&]/g, (character) => escapes[character] ?? character)}\n`;
}

/** What an upstream answered, when it is an answer of fake-service's kind. */
export function decodeResponse(text: string): FakeResponse | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null || !("code" in value) || typeof value.code !== "number")
      return undefined;
    return { ...value, code: value.code };
  } catch {
    return undefined;
  }
}
