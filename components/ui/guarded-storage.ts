/** localStorage that may be absent, full or forbidden: remembering is a comfort, never a condition. */
export function remember(key: string, value: unknown): void {
  try {
    window.localStorage.setItem(`meshwork:${key}`, JSON.stringify(value));
  } catch {
    // A private window or a full store; the page works without it.
  }
}

/** `accept` decides whether what was stored still makes sense; anything else counts as not stored. */
export function recall<T>(key: string, accept: (value: unknown) => value is T): T | undefined {
  try {
    const text = window.localStorage.getItem(`meshwork:${key}`);
    if (text === null) return undefined;
    const value: unknown = JSON.parse(text);
    return accept(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

export const isString = (value: unknown): value is string => typeof value === "string";

export const isNumberRecord = (value: unknown): value is Record<string, number> =>
  typeof value === "object" &&
  value !== null &&
  Object.values(value).every((part) => typeof part === "number" && Number.isFinite(part));
