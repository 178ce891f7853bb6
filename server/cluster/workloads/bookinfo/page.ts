// The pages of productpage, with the words and marks of the release's own that people look for: titles, "Reviews served
// by", star glyphs and colours. The markup is ours and needs no files from elsewhere.

export interface Book {
  readonly title: string;
  readonly descriptionHtml: string;
}

/** What a service answered, or the sentence that stands in its place. */
export type Fetched = { readonly status: number; readonly body: unknown };

export interface PageFacts {
  readonly user: string;
  readonly book: Book;
  readonly details: Fetched;
  readonly reviews: Fetched;
  /** Bootstrap marks up to image 1.19, Tailwind ones from 1.20. */
  readonly look: Look;
}

export type Look = "bootstrap" | "tailwind";

const STYLE = `body{font-family:sans-serif;margin:0}nav{background:#222;color:#eee;padding:1em}nav a{color:#eee}
main{padding:1em}.columns{display:flex;gap:2em}.columns>*{flex:1}
.glyphicon-star::before{content:"\\2605"}.glyphicon-star-empty::before{content:"\\2606"}
.text-red-500{color:#d22}.text-black-500{color:#000}`;

function layout(title: string, content: string): string {
  return `<!DOCTYPE html>
<html>
<head>
<meta charset="utf-8">
<title>${title}</title>
<style>${STYLE}</style>
</head>
<body>
${content}
</body>
</html>`;
}

export function productPage(facts: PageFacts): string {
  const { user, book, look } = facts;
  const sign = user
    ? `${escaped(user)} ( <a href="logout">sign out</a> )`
    : `<form method="post" action='login' name="login_form">
<input type="text" name="username" placeholder="User Name"> <input type="password" name="passwd" placeholder="Password">
<button type="submit">Sign in</button>
</form>`;
  return layout(
    "Simple Bookstore App",
    `<nav>BookInfo Sample ${sign}</nav>
<main>
<h3>${escaped(book.title)}</h3>
<p>Summary: ${book.descriptionHtml}</p>
<div class="columns">
<div>
${detailsPart(facts.details, look)}
</div>
<div>
${reviewsPart(facts.reviews, look)}
</div>
</div>
</main>`,
  );
}

const mark = (look: Look) => (look === "bootstrap" ? "!" : "");

function detailsPart({ status, body }: Fetched, look: Look): string {
  if (status !== 200)
    return `<h4>Error fetching product details${mark(look)}</h4>\n<p>${escaped(field(body, "error"))}</p>`;
  const rows = [
    ["Type", "type"],
    ["Pages", "pages"],
    ["Publisher", "publisher"],
    ["Language", "language"],
    ["ISBN-10", "ISBN-10"],
    ["ISBN-13", "ISBN-13"],
  ].map(([name = "", key = ""]) => `<dt>${name}:</dt>${escaped(field(body, key))}`);
  return `<h4>Book Details</h4>\n<dl>\n${rows.join("\n")}\n</dl>`;
}

function reviewsPart({ status, body }: Fetched, look: Look): string {
  if (status !== 200)
    return `<h4>Error fetching product reviews${mark(look)}</h4>\n<p>${escaped(field(body, "error"))}</p>`;
  const list = property(body, "reviews");
  const quotes = (Array.isArray(list) ? list : []).map((review: unknown) => quote(review, look));
  const cluster = field(body, "clustername");
  const where = cluster && cluster !== "null" ? `\non cluster <u>${escaped(cluster)}</u>` : "";
  return `<h4>Book Reviews</h4>
${quotes.join("\n")}
<dl>
<dt>Reviews served by:</dt>
<u>${escaped(field(body, "podname"))}</u>${where}
</dl>`;
}

function quote(review: unknown, look: Look): string {
  const rating = property(review, "rating");
  return `<blockquote>
<p>${escaped(field(review, "text"))}</p>
<small>${escaped(field(review, "reviewer"))}</small>
${rating === undefined ? "" : stars(rating, look)}
</blockquote>`;
}

function stars(rating: unknown, look: Look): string {
  const given = property(rating, "stars");
  const error = field(rating, "error");
  if (typeof given !== "number" || given === 0) return error ? `<p><i>${escaped(error)}</i></p>` : "";
  const full = Math.max(0, Math.min(5, Math.trunc(given)));
  const star = (kind: string) => `<span class="glyphicon ${kind}"></span>`;
  const glyphs = [
    ...Array.from({ length: full }, () => star("glyphicon-star")),
    ...Array.from({ length: 5 - full }, () => star("glyphicon-star-empty")),
  ].join("\n");
  const color = escaped(field(rating, "color"));
  return look === "bootstrap"
    ? `<font color="${color}">\n<!-- full stars: -->\n${glyphs}\n</font>`
    : `<div class="flex gap-x-1 text-${color}-500">\n${glyphs}\n</div>`;
}

export function indexPage(services: string): string {
  return layout(
    "Simple Bookstore App",
    `<main>
<h3>Hello! This is a simple bookstore application consisting of three services as shown below</h3>
<pre>${escaped(services)}</pre>
<p>Click on one of the links below to auto generate a request to the backend as a real user or a tester</p>
<p><a href="/productpage?u=normal">Normal user</a></p>
<p><a href="/productpage?u=test">Test user</a></p>
</main>`,
  );
}

function property(value: unknown, name: string): unknown {
  return Object.entries(typeof value === "object" && value !== null ? value : {}).find(
    ([key]) => key === name,
  )?.[1];
}

function field(value: unknown, name: string): string {
  const found = property(value, name);
  return typeof found === "string" || typeof found === "number" ? String(found) : "";
}

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&#34;",
  "'": "&#39;",
};
const escaped = (text: string) => text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? character);
