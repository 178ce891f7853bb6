/**
 * Runs `action`; style elements made meanwhile carry the page's nonce, so that a strict style policy lets xterm's DOM
 * renderer and scroll bar draw. xterm has no option for it: its `documentOverride` reaches the renderer but not the
 * scroll bar (xterm.js 6.0 CoreBrowserTerminal.open falls back to window.document there). Synchronous, so nothing else
 * of the page can come in between.
 */
export function withStyleNonce<T>(nonce: string | undefined, action: () => T): T {
  if (nonce === undefined) return action();
  const createElement = document.createElement;
  const own = Object.getOwnPropertyDescriptor(document, "createElement");
  const withNonce = (name: string, options?: ElementCreationOptions) => {
    const element = createElement.call(document, name, options);
    if (element instanceof HTMLStyleElement) element.nonce = nonce;
    return element;
  };
  Object.defineProperty(document, "createElement", { value: withNonce, configurable: true, writable: true });
  try {
    return action();
  } finally {
    if (own) Object.defineProperty(document, "createElement", own);
    else Reflect.deleteProperty(document, "createElement");
  }
}
