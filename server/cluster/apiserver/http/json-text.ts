// An object is frozen, so its text never changes: one serialization serves every list and every watch.
const texts = new WeakMap<object, string>();

export function jsonOf(object: object): string {
  const known = texts.get(object);
  if (known !== undefined) return known;
  const text = JSON.stringify(object);
  if (Object.isFrozen(object)) texts.set(object, text);
  return text;
}
