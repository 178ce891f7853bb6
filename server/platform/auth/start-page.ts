// The two pages that exist without a session. Plain, with no script but the exchange of the token.

const shell = (title: string, body: string) => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>${title} · Meshwork</title></head>
<body>${body}</body></html>`;

/** Takes the token out of the link's fragment, which no server and no log ever sees, and exchanges it for a cookie. */
export function startPage(nonce: string): string {
  return shell(
    "Opening",
    `<main><h1>Meshwork</h1><p id="state" role="status">Opening your workshop …</p></main>
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
  );
}

export const signedOutPage = () =>
  shell(
    "Not signed in",
    "<main><h1>Meshwork</h1><p>This browser is not signed in. Open the link that the terminal printed when Meshwork started; it begins with this address and ends in <code>/start#token=…</code></p></main>",
  );
