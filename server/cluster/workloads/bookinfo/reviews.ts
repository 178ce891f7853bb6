import type { ContainerContext } from "../../container/index.ts";
import { json, type WebAnswer, type WebRequest, webProgram } from "../http/web.ts";
import { backend, call, handedOnWithUser } from "./forward.ts";

const TEXTS = {
  Reviewer1: "An extremely entertaining play by Shakespeare. The slapstick humour is refreshing!",
  Reviewer2:
    "Absolutely fun and entertaining. The play lacks thematic depth when compared to other plays by Shakespeare.",
} as const;
type Reviewer = keyof typeof TEXTS;

interface Style {
  readonly version: string;
  readonly ratings: boolean;
  readonly color: string;
}

const STYLES: readonly Style[] = [
  { version: "v1", ratings: false, color: "black" },
  { version: "v2", ratings: true, color: "black" },
  { version: "v3", ratings: true, color: "red" },
];

/** reviews of Bookinfo: v1 without stars, v2 with black ones, v3 with red ones, each a setting of the image. */
export const reviews = STYLES.map(({ version, ratings, color }) =>
  webProgram({
    images: [
      `istio/examples-bookinfo-reviews-${version}`,
      `registry.istio.io/release/examples-bookinfo-reviews-${version}`,
    ],
    cmd: ["/opt/ol/wlp/bin/server", "run", "defaultServer"],
    hasShell: true,
    uid: 1001,
    terminated: 143,
    env: { SERVICE_VERSION: version, ENABLE_RATINGS: String(ratings), STAR_COLOR: color },
    start(context) {
      announce(context);
      return { ports: [9080], handle: (request) => answer(request, context) };
    },
  }),
);

/** Open Liberty's console, the lines that matter; its versions and seconds are approximate. */
function announce({ stdout }: ContainerContext): void {
  stdout("\nLaunching defaultServer (Open Liberty 22.0.0.9/wlp-1.0.68) on Eclipse OpenJ9 VM (en_US)\n");
  stdout("[AUDIT   ] CWWKE0001I: The server defaultServer has been launched.\n");
  stdout("[AUDIT   ] CWWKT0016I: Web application available (default_host): http://localhost:9080/\n");
  stdout("[AUDIT   ] CWWKZ0001I: Application reviews-application started.\n");
  stdout("[AUDIT   ] CWWKF0011I: The defaultServer server is ready to run a smarter planet.\n");
}

async function answer(request: WebRequest, context: ContainerContext): Promise<WebAnswer> {
  const { path, method } = request;
  if (method === "GET" && path === "/health") return json(200, { status: "Reviews is healthy" });
  const [, product] = /^\/reviews\/(-?\d+)$/.exec(path) ?? [];
  if (method !== "GET" || product === undefined)
    return {
      status: 404,
      headers: { "content-type": "text/html;charset=ISO-8859-1" },
      body: "Error 404: Not Found\n",
    };
  const rated =
    context.env.ENABLE_RATINGS === "true" ? await ratingsOf(product, request, context) : undefined;
  const headers = { "content-type": "application/json", "content-language": "en-US" };
  return { status: 200, headers, body: reviewsText(product, rated, context.env) };
}

type Stars = Readonly<Record<Reviewer, number | undefined>>;
const NO_STARS: Stars = { Reviewer1: undefined, Reviewer2: undefined };

/** Black stars wait ten seconds for ratings, red ones two and a half (LibertyRestEndpoint getRatings). */
async function ratingsOf(product: string, request: WebRequest, context: ContainerContext): Promise<Stars> {
  const to = backend(context.env, "ratings");
  const service = `http://${to.host}:${to.port}/ratings`;
  const timeoutMs = context.env.STAR_COLOR === "black" ? 10_000 : 2500;
  const headers = { ...handedOnWithUser(request), accept: "application/json" };
  try {
    const result = await call(context, { to, path: `/ratings/${product}`, headers, timeoutMs });
    if (result.status !== 200) {
      context.stdout(`Error: unable to contact ${service} got status of ${result.status}\n`);
      return NO_STARS;
    }
    return starsIn(result.body.toString("utf8"));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    context.stderr(
      `Error: unable to contact ${service} got exception javax.ws.rs.ProcessingException: ${reason}\n`,
    );
    return NO_STARS;
  }
}

function starsIn(text: string): Stars {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return NO_STARS;
  }
  const ratings =
    typeof value === "object" && value !== null && "ratings" in value ? value.ratings : undefined;
  const of = (name: Reviewer) => {
    const entry = Object.entries(ratings ?? {}).find(([key]) => key === name);
    return typeof entry?.[1] === "number" ? entry[1] : undefined;
  };
  return { Reviewer1: of("Reviewer1"), Reviewer2: of("Reviewer2") };
}

/** Put together by hand as the real one does, blanks included. */
function reviewsText(product: string, rated: Stars | undefined, env: ContainerContext["env"]): string {
  const rating = (reviewer: Reviewer) => {
    if (!rated) return "";
    const stars = rated[reviewer];
    return stars === undefined
      ? `, "rating": {"error": "Ratings service is currently unavailable"}`
      : `, "rating": {"stars": ${stars}, "color": "${env.STAR_COLOR}"}`;
  };
  const review = (reviewer: Reviewer) =>
    `{  "reviewer": "${reviewer}",  "text": "${TEXTS[reviewer]}"${rating(reviewer)}}`;
  const head = `"id": "${product}","podname": "${env.HOSTNAME}","clustername": "${env.CLUSTER_NAME ?? "null"}"`;
  return `{${head},"reviews": [${review("Reviewer1")},${review("Reviewer2")}]}`;
}
