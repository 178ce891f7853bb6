/** The object with each default that it lacks (undefined or null counts as lacking). Key order is kept. */
export function withDefaults<T extends object>(object: T, defaults: Partial<T>): T {
  const copy = { ...object };
  for (const [key, value] of Object.entries(defaults)) {
    const present: unknown = Reflect.get(object, key);
    if (present === undefined || present === null) Reflect.set(copy, key, value);
  }
  return copy;
}
