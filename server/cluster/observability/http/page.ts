import type { HttpAnswer } from "./serve.ts";

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (one) => ENTITIES[one] ?? one);

/** A small page in the browser's own dress. `content` is HTML; whatever came from outside was escaped by the caller. */
export function page(title: string, content: string): HttpAnswer {
  const head = `<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeHtml(title)}</title>`;
  const style = `<style>body{font:15px/1.5 system-ui,sans-serif;max-width:64rem;margin:2rem auto;padding:0 1rem;color-scheme:light dark}
table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.3rem .6rem;border-bottom:1px solid #8884}code{font-size:.9em}</style>`;
  return {
    status: 200,
    type: "text/html; charset=utf-8",
    body: `<!doctype html><html lang="en"><head>${head}${style}</head><body><h1>${escapeHtml(title)}</h1>${content}</body></html>\n`,
    headers: {
      "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'",
    },
  };
}
