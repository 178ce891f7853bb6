// @peculiar/x509 loads tsyringe, which refuses to load without these three functions and calls no others.
// They keep what decorators say about a class, by key.
const facts = new WeakMap<object, Map<unknown, unknown>>();

const own = (key: unknown, target: object) => facts.get(target)?.get(key);

if (!("getMetadata" in Reflect)) {
  Object.assign(Reflect, {
    defineMetadata(key: unknown, value: unknown, target: object) {
      const known = facts.get(target) ?? new Map<unknown, unknown>();
      facts.set(target, known.set(key, value));
    },
    getOwnMetadata: own,
    getMetadata(key: unknown, target: object): unknown {
      const inherited: unknown = Object.getPrototypeOf(target);
      return own(key, target) ?? (typeof inherited === "function" ? own(key, inherited) : undefined);
    },
  });
}
