import type { ContainerContext } from "../../container/index.ts";
import { json, type WebAnswer, type WebRequest, webProgram } from "../http/web.ts";
import { MAX_RATED_PRODUCTS } from "../limits.ts";

const JSON_TYPE = { "content-type": "application/json" };
const DEFAULT_RATINGS = { Reviewer1: 5, Reviewer2: 4 };

/** How a product's ratings are given, or not, by SERVICE_VERSION (ratings.js). */
type Mood = "well" | "faulty" | "delayed" | "unavailable" | "database";

const DELAY_MS = 7000;

/** ratings of Bookinfo. v2 with a database is not there: it answers as it does when its database is away. */
export const ratings = webProgram({
  images: ["v1", "v-faulty", "v-delayed", "v-unavailable", "v-unhealthy", "v2"].flatMap((version) => [
    `istio/examples-bookinfo-ratings-${version}`,
    `registry.istio.io/release/examples-bookinfo-ratings-${version}`,
  ]),
  cmd: ["node", "/opt/microservices/ratings.js", "9080"],
  hasShell: true,
  uid: 1000,
  terminated: 0,
  start(context) {
    const port = Number(context.command.at(-1)) || 9080;
    const version = context.env.SERVICE_VERSION ?? versionOf(context.image);
    const state = new RatingsState(version, context);
    context.stdout(`Server listening on: http://0.0.0.0:${port}\n`);
    return {
      ports: [port],
      handle(request) {
        context.stdout(`${request.method} ${request.target}\n`);
        return answer(request, state);
      },
      farewell: () => context.stdout("SIGTERM received\n"),
    };
  },
});

const versionOf = (image: string) => /ratings-(v[a-z0-9-]*)/.exec(image)?.[1] ?? "v1";

class RatingsState {
  private readonly posted = new Map<number, unknown>();
  private readonly since: number;

  constructor(
    private readonly version: string,
    private readonly context: ContainerContext,
  ) {
    this.since = context.clock.monotonic();
  }

  /** v-unavailable changes every minute, v-unhealthy every quarter of an hour; a clock read, no timer. */
  private away(): boolean {
    const period = this.version === "v-unavailable" ? 60_000 : 900_000;
    return Math.floor((this.context.clock.monotonic() - this.since) / period) % 2 === 1;
  }

  get healthy(): boolean {
    return this.version !== "v-unhealthy" || !this.away();
  }

  mood(): Mood {
    const half = () => this.context.random.fraction() <= 0.5;
    switch (this.version) {
      case "v2":
        return "database";
      case "v-faulty":
        return half() ? "faulty" : "well";
      case "v-delayed":
        return half() ? "delayed" : "well";
      case "v-unavailable":
      case "v-unhealthy":
        return this.away() ? "unavailable" : "well";
      default:
        return "well";
    }
  }

  of(id: number): object {
    const ratings = this.posted.get(id);
    return ratings === undefined ? { id, ratings: DEFAULT_RATINGS } : { id, ratings };
  }

  put(id: number, ratings: unknown): object {
    if (!this.posted.has(id) && this.posted.size >= MAX_RATED_PRODUCTS) this.posted.clear();
    this.posted.set(id, ratings);
    return this.of(id);
  }

  wait(): Promise<void> {
    return this.context.clock.sleep(DELAY_MS, this.context.terminate);
  }
}

async function answer(request: WebRequest, state: RatingsState): Promise<WebAnswer> {
  const { method, path } = request;
  if (method === "GET" && path === "/health")
    return state.healthy
      ? json(200, { status: "Ratings is healthy" })
      : json(500, { status: "Ratings is not healthy" });
  if (!/^\/ratings\//.test(path) || (method !== "GET" && method !== "POST"))
    return { status: 404, headers: JSON_TYPE, body: "" };
  const id = Number.parseInt(path.split("/").at(-1) ?? "", 10);
  if (Number.isNaN(id)) return json(400, { error: "please provide numeric product ID" });
  return method === "GET" ? rate(id, state) : post(id, request, state);
}

async function rate(id: number, state: RatingsState): Promise<WebAnswer> {
  const mood = state.mood();
  if (mood === "database") return json(500, { error: "could not connect to ratings database" });
  if (mood === "faulty" || mood === "unavailable") return json(503, { error: "Service unavailable" });
  if (mood === "delayed") await state.wait();
  return json(200, state.of(id));
}

async function post(id: number, request: WebRequest, state: RatingsState): Promise<WebAnswer> {
  let ratings: unknown;
  try {
    ratings = JSON.parse((await request.body()).toString("utf8"));
  } catch {
    return json(400, { error: "please provide valid ratings JSON" });
  }
  return state.mood() === "database"
    ? json(501, { error: "Post not implemented for database backed ratings" })
    : json(200, state.put(id, ratings));
}
