import type { ContainerContext } from "../../container/index.ts";
import { pythonTime } from "../http/clf.ts";
import { mappedPeer, type WebAnswer, type WebRequest, webProgram } from "../http/web.ts";
import { type Backend, backend, call, handedOn } from "./forward.ts";
import { type Book, type Fetched, indexPage, productPage } from "./page.ts";
import { sealSession, userOf } from "./session.ts";

const BOOK: Book & { readonly id: number } = {
  id: 0,
  title: "The Comedy of Errors",
  descriptionHtml:
    `<a href="https://en.wikipedia.org/wiki/The_Comedy_of_Errors">Wikipedia Summary</a>: The Comedy of Errors is one of <b>William ` +
    "Shakespeare's</b> early plays. It is his shortest and one of his most farcical comedies, with a major part of the humour coming " +
    "from slapstick and mistaken identity, in addition to puns and word play.",
};

const HTML = { "content-type": "text/html; charset=utf-8" };
const TIMEOUT_MS = 3000;

/** productpage of Bookinfo: a Flask app. What its libraries log of their calls is shown as in image 1.18. */
export const productpage = webProgram({
  images: [
    "istio/examples-bookinfo-productpage-v1",
    "istio/examples-bookinfo-productpage-v-flooding",
    "registry.istio.io/release/examples-bookinfo-productpage-v1",
  ],
  cmd: ["python", "productpage.py", "9080"],
  hasShell: true,
  uid: 1000,
  terminated: 0,
  start(context) {
    const port = Number(context.command.at(-1)) || 9080;
    context.stdout(
      `INFO:root:start at port ${port}\n * Serving Flask app 'productpage'\n * Debug mode: off\n`,
    );
    context.stdout(` * Running on all addresses (::)\n * Running on http://[::1]:${port}\n`);
    const app = new ProductPage(context);
    return {
      ports: [port],
      handle: (request) => app.answer(request),
      answered(request, { status }) {
        const at = pythonTime(context.clock.now());
        context.stdout(
          `INFO:werkzeug:${mappedPeer(request)} - - [${at}] "${request.method} ${request.target} HTTP/1.1" ${status} -\n`,
        );
      },
    };
  },
});

const NAMES = ["details", "reviews", "ratings"] as const;
type Name = (typeof NAMES)[number];
const APOLOGY: Readonly<Record<Name, string>> = {
  details: "Sorry, product details are currently unavailable for this book.",
  reviews: "Sorry, product reviews are currently unavailable for this book.",
  ratings: "Sorry, product ratings are currently unavailable for this book.",
};

class ProductPage {
  private readonly results = new Map<string, number>();
  private readonly backends: Readonly<Record<Name, Backend>>;

  constructor(private readonly context: ContainerContext) {
    const of = (name: Name) => backend(context.env, name);
    this.backends = { details: of("details"), reviews: of("reviews"), ratings: of("ratings") };
  }

  async answer(request: WebRequest): Promise<WebAnswer> {
    const { method, path } = request;
    if (path === "/login") return method === "POST" ? this.login(request) : notAllowed("POST, OPTIONS");
    if (method !== "GET" && method !== "HEAD")
      return this.isPage(path) ? notAllowed("GET, HEAD, OPTIONS") : notFound();
    switch (path) {
      case "/":
      case "/index.html":
        return { status: 200, headers: HTML, body: indexPage(this.services()) };
      case "/health":
        return { status: 200, headers: HTML, body: "Product page is healthy" };
      case "/logout":
        return this.redirect(request, undefined);
      case "/productpage":
        return this.front(request);
      case "/api/v1/products":
        return pythonJson(200, [BOOK]);
      case "/metrics":
        return { status: 200, headers: HTML, body: this.metrics() };
      default:
        return this.api(request);
    }
  }

  private isPage(path: string): boolean {
    return ["/", "/index.html", "/health", "/logout", "/productpage", "/metrics"].includes(path);
  }

  private async front(request: WebRequest): Promise<WebAnswer> {
    const headers = this.headers(request);
    const details = await this.fetch("details", "0", headers);
    const flood = Number(this.context.env.FLOOD_FACTOR ?? 0);
    if (flood > 0)
      await Promise.all(Array.from({ length: Math.min(flood, 1000) }, () => this.reviews("0", headers)));
    const reviews = await this.reviews("0", headers);
    const user = userOf(request.header("cookie")) ?? "";
    const look = /:1\.(2\d|[3-9]\d)/.test(this.context.image) ? "tailwind" : "bootstrap";
    return { status: 200, headers: HTML, body: productPage({ user, book: BOOK, details, reviews, look }) };
  }

  private async api(request: WebRequest): Promise<WebAnswer> {
    const [, product, part] =
      /^\/api\/v1\/products\/([^/]+)(?:\/(reviews|ratings))?$/.exec(request.path) ?? [];
    if (product === undefined) return notFound();
    const headers = this.headers(request);
    const { status, body } =
      part === "reviews"
        ? await this.reviews(product, headers)
        : await this.fetch(part === "ratings" ? "ratings" : "details", product, headers);
    return pythonJson(status, body);
  }

  /** The end-user header comes from the session, so that routes by user can be shown. */
  private headers(request: WebRequest): Record<string, string> {
    const user = userOf(request.header("cookie"));
    return { ...(user === undefined ? {} : { "end-user": user }), ...handedOn(request) };
  }

  /** Tries twice without saying so: the bug that the fault injection task is about. */
  private async reviews(product: string, headers: Readonly<Record<string, string>>): Promise<Fetched> {
    const first = await this.fetch("reviews", product, headers);
    return first.status === 200 ? first : this.fetch("reviews", product, headers);
  }

  private async fetch(
    name: Name,
    product: string,
    headers: Readonly<Record<string, string>>,
  ): Promise<Fetched> {
    const to = this.backends[name];
    const path = `/${name}/${encodeURIComponent(product)}`;
    const { stdout } = this.context;
    stdout(`DEBUG:urllib3.connectionpool:Starting new HTTP connection (1): ${to.host}:${to.port}\n`);
    const { status, text } = await call(this.context, { to, path, headers, timeoutMs: TIMEOUT_MS }).then(
      ({ status, body }) => ({ status, text: body.toString("utf8") }),
      () => ({ status: 500, text: "" }),
    );
    if (text)
      stdout(
        `DEBUG:urllib3.connectionpool:http://${to.host}:${to.port} "GET ${path} HTTP/1.1" ${status} ${Buffer.byteLength(text)}\n`,
      );
    const value = status === 200 ? parsed(text) : undefined;
    const result =
      value === undefined
        ? { status: status === 200 ? 500 : status, body: { error: APOLOGY[name] } }
        : { status, body: value };
    const series = `destination_app="${name}",response_code="${result.status}"`;
    this.results.set(series, (this.results.get(series) ?? 0) + 1);
    return result;
  }

  private async login(request: WebRequest): Promise<WebAnswer> {
    const form = new URLSearchParams((await request.body()).toString("utf8"));
    return this.redirect(request, form.get("username") ?? request.query.get("username") ?? "");
  }

  /** Back to where the request came from. Without a referrer upstream's target is not established: ours is the front. */
  private redirect(request: WebRequest, user: string | undefined): WebAnswer {
    const location = request.header("referer") ?? "/";
    const cookie =
      user === undefined
        ? "session=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Path=/"
        : `session=${sealSession(user, this.context.clock.now())}; HttpOnly; Path=/`;
    const shown = location.replace(/[<>&"]/g, "");
    const body = `<!doctype html>\n<html lang=en>\n<title>Redirecting...</title>\n<h1>Redirecting...</h1>\n<p>You should be redirected automatically to the target URL: <a href="${shown}">${shown}</a>. If not, click the link.\n`;
    return { status: 302, headers: { ...HTML, location, vary: "Cookie", "set-cookie": cookie }, body };
  }

  private services(): string {
    const url = (name: Name) => `http://${this.backends[name].host}:${this.backends[name].port}`;
    const leaf = (name: Name) => ({ name: url(name), endpoint: name, children: [] });
    const reviews = { name: url("reviews"), endpoint: "reviews", children: [leaf("ratings")] };
    return JSON.stringify(
      { name: url("details"), endpoint: "details", children: [leaf("details"), reviews] },
      null,
      2,
    );
  }

  private metrics(): string {
    const lines = [...this.results].map(([series, count]) => `request_result_total{${series}} ${count}.0`);
    return [
      "# HELP request_result_total Results of requests",
      "# TYPE request_result_total counter",
      ...lines,
      "",
    ].join("\n");
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** json.dumps puts a blank after each comma and colon. */
function pythonJson(status: number, value: unknown): WebAnswer {
  return { status, headers: { "content-type": "application/json" }, body: dumps(value) };
}

function dumps(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(dumps).join(", ")}]`;
  if (typeof value === "object" && value !== null)
    return `{${Object.entries(value)
      .map(([key, item]) => `${JSON.stringify(key)}: ${dumps(item)}`)
      .join(", ")}}`;
  return JSON.stringify(value) ?? "null";
}

const page = (title: string, text: string, answer: Pick<WebAnswer, "status" | "headers">): WebAnswer => ({
  status: answer.status,
  headers: { ...HTML, ...answer.headers },
  body: `<!doctype html>\n<html lang=en>\n<title>${answer.status} ${title}</title>\n<h1>${title}</h1>\n<p>${text}</p>\n`,
});

const notFound = () =>
  page(
    "Not Found",
    "The requested URL was not found on the server. If you entered the URL manually please check your spelling and try again.",
    { status: 404 },
  );

const notAllowed = (allow: string) =>
  page("Method Not Allowed", "The method is not allowed for the requested URL.", {
    status: 405,
    headers: { allow },
  });
