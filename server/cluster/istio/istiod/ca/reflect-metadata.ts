// @peculiar/x509 brings a dependency container that will not load without these functions of Reflect.
// Import this file before it. They remember what a class decorator said, by class and key.
const said = new WeakMap<object, Map<unknown, unknown>>();

function find(key: unknown, target: object | null): unknown {
  if (target === null) return undefined;
  const entry = said.get(target);
  return entry?.has(key) ? entry.get(key) : find(key, Object.getPrototypeOf(target));
}

if (!("getMetadata" in Reflect)) {
  Object.assign(Reflect, {
    defineMetadata: (...[key, value, target]: [unknown, unknown, object]) => {
      const entry = said.get(target) ?? new Map<unknown, unknown>();
      entry.set(key, value);
      said.set(target, entry);
    },
    getMetadata: find,
    getOwnMetadata: (key: unknown, target: object) => said.get(target)?.get(key),
  });
}
