// The two pages that exist without a session. Plain, in the product's colours, with no script but the exchange of the
// token and nothing to load: without a session no file would be served.

const icon =
  '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40" viewBox="0 0 32 32" aria-hidden="true"><rect width="32" height="32" rx="8" fill="#3b4fc0"/><path d="M9 22 16 9l7 13z" stroke="#fff" stroke-width="2.2" fill="none"/><circle cx="9" cy="22" r="3.4" fill="#fff"/><circle cx="23" cy="22" r="3.4" fill="#fff"/><circle cx="16" cy="9" r="3.4" fill="#fff"/></svg>';

const style = `
:root { color-scheme: light dark; --page: #f4f6fa; --panel: #fff; --border: #d9dee8; --text: #1b2330; --dim: #566072; --code: #f3f5fa; }
@media (prefers-color-scheme: dark) { :root { --page: #0d1117; --panel: #141a23; --border: #2a3340; --text: #e4e9f1; --dim: #a2adbd; --code: #0d1117; } }
body { display: grid; place-items: center; min-height: 100dvh; margin: 0; padding: 24px; box-sizing: border-box; background: var(--page); color: var(--text);
  font: 16px/1.6 Inter, "Segoe UI", system-ui, -apple-system, Roboto, "Noto Sans", "DejaVu Sans", sans-serif; }
main { max-width: 520px; padding: 32px 36px; border: 1px solid var(--border); border-radius: 14px; background: var(--panel); }
h1 { display: flex; align-items: center; gap: 12px; margin: 0 0 16px; font-size: 24px; letter-spacing: -.01em; }
h2 { margin: 0 0 8px; font-size: 17px; }
p { margin: 0 0 12px; color: var(--dim); } p:last-child { margin: 0; }
code { padding: 2px 7px; border: 1px solid var(--border); border-radius: 6px; background: var(--code); color: var(--text); font: 14px ui-monospace, "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; }`;

interface Page {
  readonly title: string;
  readonly nonce: string;
  readonly body: string;
}

const shell = ({ title, nonce, body }: Page) => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>${title} · Meshwork</title>
<link rel="icon" href="data:image/svg+xml,${encodeURIComponent(icon)}">
<style nonce="${nonce}">${style}</style></head>
<body><main><h1>${icon}Meshwork</h1>${body}</main></body></html>`;

/** Takes the token out of the link's fragment, which no server and no log ever sees, and exchanges it for a cookie. */
export function startPage(nonce: string): string {
  return shell({
    title: "Opening",
    nonce,
    body: `<p id="state" role="status">Opening your workshop …</p>
<script nonce="${nonce}">
const token = new URLSearchParams(location.hash.slice(1)).get("token") ?? new URLSearchParams(location.search).get("token") ?? "";
history.replaceState(null, "", "/start");
fetch("/start", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ token }) })
  .then(async (response) => {
    if (response.ok) return location.replace("/");
    document.getElementById("state").textContent = (await response.json()).error.message;
  })
  .catch(() => { document.getElementById("state").textContent = "The server does not answer. Is it still running?"; });
</script>`,
  });
}

export const signedOutPage = (nonce: string): string =>
  shell({
    title: "Not signed in",
    nonce,
    body: `<h2>This browser is not signed in</h2>
<p>Open the link that the terminal printed when Meshwork started. It begins with this page's address and ends in</p>
<p><code>/start#token=…</code></p>
<p>The terminal is out of sight? Stop Meshwork with Ctrl-C and start it again: it prints the link anew, and your progress stays.</p>`,
  });
