import { type Door, scriptText } from "./door-texts.ts";

// The pages that exist without a session. Plain, in the product's colours, with no script but the exchange of the
// token and nothing to load: without a session no file would be served.

const icon =
  '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40" viewBox="0 0 32 32" aria-hidden="true"><rect width="32" height="32" rx="8" fill="#3b4fc0"/><path d="M9 22 16 9l7 13z" stroke="#fff" stroke-width="2.2" fill="none"/><circle cx="9" cy="22" r="3.4" fill="#fff"/><circle cx="23" cy="22" r="3.4" fill="#fff"/><circle cx="16" cy="9" r="3.4" fill="#fff"/></svg>';

const light =
  "color-scheme: light; --page: #f4f6fa; --panel: #fff; --border: #d9dee8; --line: #8a94a6; --text: #1b2330; --dim: #566072; --code: #f3f5fa; --accent: #3b4fc0; --on: #fff; --bad: #b3261e; --bad-tint: #fdeae8; --good: #0a7256; --good-tint: #e3f6ef";
const dark =
  "color-scheme: dark; --page: #0d1117; --panel: #141a23; --border: #2a3340; --line: #6b7789; --text: #e4e9f1; --dim: #a2adbd; --code: #0d1117; --accent: #a3b1f5; --on: #10161f; --bad: #ff9a91; --bad-tint: #3c1b19; --good: #5ddbb1; --good-tint: #10302a";
const style = `
:root { ${light}; }
@media (prefers-color-scheme: dark) { :root { ${dark}; } }
:root[data-scheme="light"] { ${light}; }
:root[data-scheme="dark"] { ${dark}; }
*, *::before { box-sizing: border-box; }
body { display: grid; place-items: center; min-height: 100dvh; margin: 0; padding: 24px 16px; background: var(--page); color: var(--text);
  font: 16px/1.6 Inter, "Segoe UI", system-ui, -apple-system, Roboto, "Noto Sans", "DejaVu Sans", sans-serif; }
main { width: 100%; max-width: 460px; padding: 32px clamp(20px, 6vw, 36px); border: 1px solid var(--border); border-radius: 14px; background: var(--panel); }
.brand { display: flex; align-items: center; gap: 12px; margin: 0 0 20px; font-size: 19px; font-weight: 700; color: var(--text); letter-spacing: -.01em; }
.brand svg { width: 32px; height: 32px; }
h1 { margin: 0 0 8px; font-size: 24px; line-height: 1.3; letter-spacing: -.01em; }
p { margin: 0 0 12px; color: var(--dim); } p:last-child, form:last-of-type:has(+ script) { margin-bottom: 0; }
a { color: var(--accent); text-underline-offset: 2px; }
code { padding: 2px 7px; border: 1px solid var(--border); border-radius: 6px; background: var(--code); color: var(--text); font: 14px ui-monospace, "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; }
form { display: grid; gap: 16px; margin: 20px 0 16px; }
form[hidden], .field[hidden], button[hidden] { display: none; }
.field { display: grid; gap: 5px; }
label { font-size: 15px; font-weight: 600; }
.hint { margin: 0; font-size: 14px; }
input { width: 100%; min-height: 44px; padding: 8px 12px; border: 1px solid var(--line); border-radius: 8px; background: var(--panel); color: var(--text); font: inherit; }
input.code { font-family: ui-monospace, "DejaVu Sans Mono", monospace; letter-spacing: .06em; text-transform: uppercase; }
input[aria-invalid="true"] { border-color: var(--bad); }
button { min-height: 44px; padding: 8px 18px; border: 1px solid transparent; border-radius: 8px; background: var(--accent); color: var(--on); font: inherit; font-weight: 600; cursor: pointer; }
button.second { border-color: var(--line); background: transparent; color: var(--text); }
button:disabled { opacity: .6; cursor: progress; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.said:empty { display: none; }
.said { margin: 0; padding: 10px 14px; border-radius: 8px; background: var(--good-tint); color: var(--good); overflow-wrap: anywhere; }
.said[data-bad="true"] { background: var(--bad-tint); color: var(--bad); }
ul { margin: 0; padding: 0; list-style: none; font-size: 15px; } li { margin: 6px 0 0; color: var(--dim); }`;

export interface PlainPage {
  readonly title: string;
  readonly nonce: string;
  /** "en" where it is not said. */
  readonly language?: string;
  /** Markup of ours: nothing of a request's may be in it. */
  readonly body: string;
}

/** What the theme switch of the pages behind the sign-in has kept. */
const scheme = `try { const kept = localStorage.getItem("mantine-color-scheme-value");
if (kept === "dark" || kept === "light") document.documentElement.dataset.scheme = kept; } catch { /* storage is closed to us: the system's scheme stays */ }`;

/** A whole page without React: what a stranger reaches runs as little code of ours as can be. */
export const plainPage = ({ title, nonce, body, language = "en" }: PlainPage) => `<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>${title} · Meshwork</title>
<link rel="icon" href="data:image/svg+xml,${encodeURIComponent(icon)}">
<style nonce="${nonce}">${style}</style><script nonce="${nonce}">${scheme}</script></head>
<body><main><p class="brand">${icon}Meshwork</p>${body}</main></body></html>`;

/** Takes the token out of the link's fragment, which no server and no log ever sees, and exchanges it for a cookie. */
export function startPage(nonce: string, { t, language }: Door): string {
  return plainPage({
    title: t("start.title"),
    ...{ nonce, language },
    body: `<h1>${t("start.heading")}</h1><p id="state" role="status">${t("start.opening")}</p>
<script nonce="${nonce}">
const token = new URLSearchParams(location.hash.slice(1)).get("token") ?? new URLSearchParams(location.search).get("token") ?? "";
history.replaceState(null, "", "/start");
fetch("/start", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ token }) })
  .then(async (response) => {
    if (response.ok) return location.replace("/");
    document.getElementById("state").textContent = (await response.json()).error.message;
  })
  .catch(() => { document.getElementById("state").textContent = ${scriptText(t("silent"))}; });
</script>`,
  });
}

export const signedOutPage = (nonce: string, { t, language }: Door): string =>
  plainPage({
    title: t("signedOut.title"),
    ...{ nonce, language },
    body: `<h1>${t("signedOut.heading")}</h1>
<p>${t("signedOut.open")}</p>
<p><code>/start#token=…</code></p>
<p>${t("signedOut.lost")}</p>`,
  });
