/**
 * The document as xterm sees it: style elements it makes carry the page's nonce, so that a strict style policy lets its
 * DOM renderer and scroll bar draw. Everything else is the real document. xterm takes it by its `documentOverride`
 * option; it must still be `instanceof Document`, which a proxy is.
 */
export function documentWithNonce(real: Document, nonce: string): Document {
  return new Proxy(real, {
    get(target, property) {
      const value: unknown = Reflect.get(target, property, target);
      if (typeof value !== "function") return value;
      if (property !== "createElement") return value.bind(target);
      return (name: string, options?: ElementCreationOptions) => {
        const element = target.createElement(name, options);
        if (name.toLowerCase() === "style") element.nonce = nonce;
        return element;
      };
    },
    set: (target, property, value) => Reflect.set(target, property, value, target),
  });
}
