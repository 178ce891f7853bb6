import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { json, webProgram } from "../http/web.ts";
import { street } from "../testing/street.ts";
import { bookinfo } from "./index.ts";

let town = street();
beforeEach(() => {
  town = street();
});
afterEach(() => town.close());

const image = (name: string) => `docker.io/istio/examples-bookinfo-${name}:1.18.0`;

function open(name: string, version: string, env: Readonly<Record<string, string>> = {}) {
  const program = bookinfo.find(({ images }) =>
    images.some((known) => known.endsWith(`-${name}-${version}`)),
  );
  if (!program) throw new Error(`no program for ${name}-${version}`);
  return town.move(name, program, { image: image(`${name}-${version}`), env, port: 9080 });
}

const PAGE = "http://productpage.shop:9080/productpage";
const bookReview = (stars: string) =>
  `{"id": "0","podname": "reviews","clustername": "null","reviews": [` +
  `{  "reviewer": "Reviewer1",  "text": "An extremely entertaining play by Shakespeare. The slapstick humour is refreshing!"${stars.replace("N", "5")}},` +
  `{  "reviewer": "Reviewer2",  "text": "Absolutely fun and entertaining. The play lacks thematic depth when compared to other plays by Shakespeare."${stars.replace("N", "4")}}]}`;

describe("reviews", () => {
  it.each([
    ["v1", ""],
    ["v2", ', "rating": {"stars": N, "color": "black"}'],
    ["v3", ', "rating": {"stars": N, "color": "red"}'],
  ])("%s answers with its stars", async (version, stars) => {
    open("reviews", version);
    open("ratings", "v1");
    const reply = await town.call("http://reviews.shop:9080/reviews/0");
    expect([reply.status, reply.headers["content-type"], reply.body]).toEqual([
      200,
      "application/json",
      bookReview(stars),
    ]);
  });

  it("says so in each review when ratings is away", async () => {
    const house = open("reviews", "v2");
    const reply = await town.call("http://reviews.shop:9080/reviews/0");
    expect(reply.body).toBe(bookReview(', "rating": {"error": "Ratings service is currently unavailable"}'));
    expect(house.log()).toContain("Error: unable to contact http://ratings:9080/ratings got exception");
  });
});

describe("productpage", () => {
  it("shows details and reviews, and passes on what ties a trace together", async () => {
    open("details", "v1");
    open("reviews", "v3");
    const ratings = open("ratings", "v1");
    const page = open("productpage", "v1");
    const { status, body } = await town.call(PAGE, { headers: { "x-request-id": "abc" } });
    expect(status).toBe(200);
    expect(body).toContain("<title>Simple Bookstore App</title>");
    expect(body.match(/<font color="red">/g)?.length).toBe(2);
    expect(body.match(/glyphicon-star"/g)?.length).toBe(9);
    expect(body).toContain("<dt>Publisher:</dt>PublisherA");
    expect(body).toContain("<u>reviews</u>");
    expect(ratings.log()).toBe("Server listening on: http://0.0.0.0:9080\nGET /ratings/0\n");
    expect(page.log()).toContain(
      'INFO:werkzeug:::ffff:10.42.0.10 - - [01/Jan/2026 00:00:00] "GET /productpage HTTP/1.1" 200 -',
    );
  });

  it("says what is missing when a service is", async () => {
    open("details", "v1");
    open("productpage", "v1");
    const { status, body } = await town.call(PAGE);
    expect(status).toBe(200);
    expect(body).toContain("Error fetching product reviews!");
    expect(body).toContain("Sorry, product reviews are currently unavailable for this book.");
    const reply = await town.call("http://productpage.shop:9080/api/v1/products/0/ratings");
    expect([reply.status, reply.body]).toEqual([
      500,
      '{"error": "Sorry, product ratings are currently unavailable for this book."}',
    ]);
  });

  it("signs in by a session cookie and calls the others as that user", async () => {
    const seen: (string | undefined)[] = [];
    const house = town.move("reviews", probe(seen), { image: "probe", port: 9080 });
    open("details", "v1");
    open("productpage", "v1");
    const login = await town.call("http://productpage.shop:9080/login", {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded", referer: PAGE },
      body: "username=jason&passwd=",
    });
    expect([login.status, login.headers.location]).toEqual([302, PAGE]);
    const cookie = login.headers["set-cookie"]?.[0]?.split(";")[0] ?? "";
    const { body } = await town.call(PAGE, { headers: { cookie } });
    expect(body).toContain('jason ( <a href="logout">sign out</a> )');
    await town.call(PAGE, { headers: { cookie: `${cookie}x` } });
    expect(seen).toEqual(["jason", undefined]);
    house.terminate();
  });
});

/** Notes who is said to have called. */
function probe(seen: (string | undefined)[]) {
  return webProgram({
    images: ["probe"],
    hasShell: false,
    terminated: 0,
    start: () => ({
      ports: [9080],
      handle(request) {
        seen.push(request.header("end-user"));
        return json(200, { reviews: [] });
      },
    }),
  });
}

describe("ratings", () => {
  it("keeps what was posted", async () => {
    open("ratings", "v1");
    const body = '{"Reviewer1":1}';
    const posted = await town.call("http://ratings.shop:9080/ratings/0", { method: "POST", body });
    expect(posted.body).toBe('{"id":0,"ratings":{"Reviewer1":1}}');
    const { body: later } = await town.call("http://ratings.shop:9080/ratings/0");
    expect(later).toBe(posted.body);
  });

  it("is away every other minute as v-unavailable, and says goodbye", async () => {
    const house = open("ratings", "v-unavailable");
    const status = async () => (await town.call("http://ratings.shop:9080/ratings/0")).status;
    expect(await status()).toBe(200);
    await town.clock.advance(60_000);
    expect(await status()).toBe(503);
    house.terminate();
    expect([await house.running.exited, house.log().endsWith("SIGTERM received\n")]).toEqual([0, true]);
  });
});

describe("details", () => {
  it("knows one book, and refuses what is no number", async () => {
    const house = open("details", "v1");
    const { body } = await town.call("http://details.shop:9080/details/0");
    expect(body).toBe(
      '{"id":0,"author":"William Shakespeare","year":1595,"type":"paperback","pages":200,"publisher":"PublisherA","language":"English",' +
        '"ISBN-10":"1234567890","ISBN-13":"123-1234567890"}',
    );
    const bad = await town.call("http://details.shop:9080/details/x");
    expect([bad.status, bad.body]).toEqual([400, '{"error":"please provide numeric product id"}']);
    expect(house.log()).toContain(
      '10.42.0.10 - - [01/Jan/2026:00:00:00 UTC] "GET /details/0 HTTP/1.1" 200 178\n- -> /details/0\n',
    );
  });
});
