import type { Socket } from "socket.io-client";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { clientEventSchemas } from "../../contracts/index.ts";
import {
  Browser,
  type ClassServer,
  firstOwner,
  password,
  startClassServer,
  tokenOf,
} from "./testing/class-server.ts";

let server: ClassServer;
let owner: Browser;
const sockets: Socket[] = [];
beforeAll(async () => {
  server = await startClassServer();
}, 180_000);
afterAll(async () => {
  for (const socket of sockets) socket.close();
  await server.dispose();
});

const field = (value: unknown, name: string): string => {
  const found = typeof value === "object" && value ? Reflect.get(value, name) : undefined;
  if (typeof found !== "string") throw new Error(`no ${name} in ${JSON.stringify(value)}`);
  return found;
};
const open = async (browser: Browser) => {
  const socket = await browser.socket();
  sockets.push(socket);
  return socket;
};
const closed = (socket: Socket) => vi.waitFor(() => expect(socket.connected).toBe(false), 5_000);

/** Somebody with a password, by an invitation of the owner's. */
async function invited(role: string, name: string): Promise<Browser> {
  const { value } = await owner.post("/api/people/invite", { role });
  const browser = new Browser(server);
  const token = tokenOf(field(value, "url"));
  const email = `${name.toLowerCase()}@example.org`;
  expect((await browser.post("/api/auth/use-link", { token, name, email, password })).status).toBe(200);
  return browser;
}

async function classWithCode(instructor: string): Promise<{ id: string; code: string }> {
  const id = crypto.randomUUID();
  await server.db.classes.create({ id, name: "Monday", istioVersion: "1.21.6" }, instructor);
  const { value } = await owner.post("/api/join-code/new", { classroom: id });
  return { id, code: field(value, "code") };
}

const idOf = async (email: string) => (await server.db.people.findByEmail(email))?.id ?? "nobody";

describe("the first owner", () => {
  it("comes in by the newest printed link, once, and no link is printed afterwards", async () => {
    const earlier = await server.accounts.ownerLink();
    const refused = await new Browser(server).post("/api/auth/link", { token: "x" });
    owner = await firstOwner(server);
    expect(refused.status).toBe(403);
    const late = await new Browser(server).post("/api/auth/link", { token: tokenOf(earlier?.url ?? "") });
    expect([late.status, late.value]).toEqual([403, refused.value]);
    expect((await owner.send("/")).text).toBe("a page");
    expect(await server.accounts.ownerLink()).toBeUndefined();
    expect(server.printed.join()).toContain("This link confirms that olga@example.org is yours");
  });

  it("what a library knows of a session, its token, reaches no browser's script", async () => {
    const browser = new Browser(server);
    const answer = await browser.post("/api/auth/sign-in", { email: "olga@example.org", password });
    expect([answer.status, answer.value]).toEqual([200, { done: true }]);
    expect(answer.headers["set-cookie"]).toEqual([
      expect.stringMatching(
        new RegExp(`^meshwork-${server.port}=[^;]+; Max-Age=2592000; Path=/; HttpOnly; SameSite=Lax$`),
      ),
    ]);
  });
});

describe("[N1] strangers", () => {
  it("reach pages to come in by, health, and nothing else", async () => {
    const stranger = new Browser(server);
    const pages = [
      "/sign-in",
      "/join",
      "/join/ABCD-EFGH-JKMNP",
      "/owner",
      "/invite",
      "/forgotten",
      "/healthz",
    ];
    for (const path of pages) expect([path, (await stranger.send(path)).status]).toEqual([path, 200]);
    for (const path of [
      "/",
      "/account",
      "/people",
      "/labs/x",
      "/instructor",
      "/api/x",
      "/join/a/b",
      "/api/auth/x",
    ])
      expect([path, (await stranger.send(path)).status]).toEqual([path, 401]);
    const page = await stranger.send("/people", { headers: { Accept: "text/html" } });
    expect([page.status, page.text.includes("<h1>Sign in</h1>")]).toEqual([401, true]);
    const german = await stranger.send("/people", {
      headers: { Accept: "text/html", "Accept-Language": "de-CH, en;q=0.5" },
    });
    expect(german.text.match(/<html lang="\w+">|<h1>[^<]*/g)).toEqual(['<html lang="de">', "<h1>Anmelden"]);
  });

  it("reach no page by an address that reads in one way here and in another one behind", async () => {
    const stranger = new Browser(server);
    for (const path of [
      "//evil.example/_next/static/x",
      "http://evil.example/_next/static/x",
      "/_next/static/..%2flabs%2fx",
      "/_next/static/..%5Clabs",
      "/_next/static/%2E%2E/%2e%2e/labs/x",
      "/_next/static/..\\..\\labs",
      "/_next/static/x%00",
    ])
      expect([path, (await stranger.send(path)).status]).toEqual([path, 400]);
    expect((await stranger.send("/_next/static/chunks/app/labs/%5Blab%5D/page.js?v=%2f\\")).text).toBe(
      "a page",
    );
  });

  it("are sent to no other site by a link to this one", async () => {
    for (const to of ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)"]) {
      const link = `/api/auth/verify-email?token=x&callbackURL=${encodeURIComponent(to)}`;
      const { status, headers } = await new Browser(server).send(link);
      expect([to, status, headers.location]).toEqual([to, 403, undefined]);
    }
  });

  it("every request that is not for everybody answers 401 without a session, and 403 without the role", async () => {
    const { routes } = await server.accounts.open();
    const learner = await invited("learner", "Lena");
    const closedRoutes = routes.filter(({ who }) => who !== "anyone");
    expect(closedRoutes.length).toBeGreaterThan(10);
    for (const { path, who } of closedRoutes) {
      expect([path, (await new Browser(server).post(path)).status]).toEqual([path, 401]);
      const forged = new Browser(server).preset(`meshwork-${server.port}=forged.c2lnbmF0dXJl; Path=/`);
      expect([path, (await forged.post(path)).status]).toEqual([path, 401]);
      if (!who.includes("learner")) expect([path, (await learner.post(path)).status]).toEqual([path, 403]);
    }
  });

  it("a socket without a session is not opened, and one whose session ended is answered by no event", async () => {
    await expect(new Browser(server).socket()).rejects.toThrow();
    const learner = await invited("learner", "Leo");
    const socket = await open(learner);
    const answers: [string, unknown][] = [];
    await server.db.people.endSessions(await idOf("leo@example.org"));
    for (const event of Object.keys(clientEventSchemas)) {
      if (event === "terminal:ack") continue; // answers nobody
      socket.emit(event, {}, (answer: unknown) => void answers.push([event, answer]));
    }
    await closed(socket);
    const told = answers.filter(
      ([, answer]) => field(Reflect.get(Object(answer), "error"), "code") !== "forbidden",
    );
    expect(told).toEqual([]);
    await expect(learner.socket()).rejects.toThrow();
  });
});

describe("[A1] what belongs to others", () => {
  it("is not reached by its id: sessions, codes of classes, people", async () => {
    const [tom, tim] = [await invited("instructor", "Tom"), await invited("learner", "Tim")];
    const [toms, tims] = [await idOf("tom@example.org"), await idOf("tim@example.org")];
    const { id: classroom } = await classWithCode(await idOf("olga@example.org"));
    await server.db.classes.join(classroom, toms);
    for (const path of ["new", "show", "revoke"])
      expect([path, (await tom.post(`/api/join-code/${path}`, { classroom })).status]).toEqual([path, 403]);
    const [session] = await server.db.people.sessionsOf(tims);
    expect(await tom.post("/api/account/end-sessions", { session: session?.id })).toMatchObject({
      value: { ended: 0, signedOut: false },
    });
    for (const [path, body] of [
      ["/api/people/remove", { id: tims }],
      ["/api/people/role", { id: toms, role: "owner" }],
      ["/api/people/link", { id: await idOf("olga@example.org") }],
      ["/api/people/invite", { role: "owner" }],
    ] as const)
      for (const browser of [tom, tim])
        expect([path, (await browser.post(path, body)).status]).toEqual([path, 403]);
    expect((await tim.send("/")).status).toBe(200);
  });
});

describe("[W1] other origins", () => {
  it("write nothing, whatever the visitor's cookie: no request, no form, no other name of this server", async () => {
    const { routes } = await server.accounts.open();
    const before = await server.db.people.count();
    for (const { path, method } of routes) {
      if (method !== "POST") continue;
      for (const origin of ["http://evil.example", "null", `http://127.0.0.1:${server.port + 1}`, ""])
        expect([path, origin, (await owner.post(path, {}, { Origin: origin })).status]).toEqual([
          path,
          origin,
          403,
        ]);
      const form = await owner.post(path, {}, { "Content-Type": "application/x-www-form-urlencoded" });
      expect([path, form.status]).toEqual([path, 415]);
      expect((await owner.post(path, {}, { Host: "evil.example" })).status).toBe(421);
    }
    expect(await server.db.people.count()).toBe(before);
  });

  it("a body that is too long, or no JSON, or not as agreed, is refused", async () => {
    const stranger = new Browser(server);
    expect((await stranger.post("/api/auth/join", { code: "x".repeat(20_000), name: "A" })).status).toBe(413);
    expect((await stranger.send("/api/auth/join", { method: "POST", body: "{" })).status).toBe(400);
    expect((await owner.post("/api/join-code/show", { classroom: "a\u0000" })).status).toBe(400);
    expect((await stranger.post("/api/auth/join", { code: "a", name: "A", role: "owner" })).status).toBe(400);
  });
});

describe("[W2] sessions", () => {
  it("a cookie that was there before signing in is worth nothing after it", async () => {
    const browser = new Browser(server);
    await browser.post("/api/auth/sign-in", { email: "olga@example.org", password });
    const planted = browser.cookie;
    await browser.post("/api/auth/sign-in", { email: "olga@example.org", password });
    expect(browser.cookie).not.toBe(planted);
    expect((await new Browser(server).preset(planted).send("/")).status).toBe(401);
    expect((await browser.send("/")).status).toBe(200);
  });

  it("signing out in one tab closes the other tab's socket, and nobody else's", async () => {
    const ida = await invited("learner", "Ida");
    const [first, second] = [await open(ida), await open(ida)];
    const elsewhere = new Browser(server);
    await elsewhere.post("/api/auth/sign-in", { email: "ida@example.org", password });
    const other = await open(elsewhere);
    const heard = vi.fn();
    second.on("signed-out", heard);
    const cookie = ida.cookie;
    expect((await ida.post("/api/auth/sign-out")).status).toBe(200);
    await closed(first);
    await closed(second);
    expect([heard.mock.calls.length, other.connected, ida.cookie]).toEqual([1, true, ""]);
    expect((await new Browser(server).preset(cookie).send("/")).status).toBe(401);
    expect(await elsewhere.post("/api/account/end-sessions")).toMatchObject({
      value: { ended: 1, signedOut: true },
    });
    await closed(other);
  });

  it("a new password ends all sessions but gives this browser a new one", async () => {
    const pia = await invited("learner", "Pia");
    const before = pia.cookie;
    const wrong = await pia.post("/api/account/password", { current: "no", password: "another good one" });
    expect(wrong.status).toBe(400);
    expect(
      (await pia.post("/api/account/password", { current: password, password: "another good one" })).status,
    ).toBe(200);
    expect((await pia.send("/")).status).toBe(200);
    expect((await new Browser(server).preset(before).send("/")).status).toBe(401);
  });
});

describe("[A2] roles", () => {
  it("a role that falls in the database closes open sockets and refuses the next request", async () => {
    const iris = await invited("instructor", "Iris");
    const socket = await open(iris);
    const asked = () => socket.timeout(5_000).emitWithAck("class:list", {});
    expect(await asked()).toMatchObject({ ok: true });
    // Not by our own request: nobody tells the sockets.
    await server.db.people.setRole(await idOf("iris@example.org"), "learner");
    expect(await asked().catch(() => "closed")).not.toMatchObject({ ok: true });
    await closed(socket);
    expect((await iris.post("/api/join-code/show", { classroom: "x" })).status).toBe(401);
  });

  it("the last owner stays; who has no password gets no role", async () => {
    const id = await idOf("olga@example.org");
    const answer = await owner.post("/api/people/role", { id, role: "learner" });
    expect([answer.status, answer.value]).toEqual([
      409,
      { error: { code: "bad-request", message: "A server needs an owner: make somebody else one first." } },
    ]);
    const { code } = await classWithCode(id);
    await new Browser(server).post("/api/auth/join", { code, name: "Guest" });
    const guest = (await server.db.people.list()).find(({ name }) => name === "Guest");
    const refused = await owner.post("/api/people/role", { id: guest?.id, role: "instructor" });
    expect(refused.text).toContain("joined by a code and has no password yet");
  });
});

describe("joining by a code", () => {
  it("takes a code however it is typed, makes a learner in the class, and later an account of it", async () => {
    const { id, code } = await classWithCode(await idOf("olga@example.org"));
    const browser = new Browser(server);
    const typed = ` ${code.toLowerCase().replaceAll("-", " ").replaceAll("0", "o").replaceAll("1", "l")} `;
    expect(
      (await browser.post("/api/auth/join", { code: typed, name: "  Ada \u202e Lovelace " })).status,
    ).toBe(200);
    const ada = (await server.db.people.list()).find(({ name }) => name === "Ada Lovelace");
    expect(ada).toMatchObject({ role: "learner", email: null, ways: [] });
    expect(await server.db.classes.roleIn(id, ada?.id ?? "")).toBe("learner");

    const claim = { email: "ada@example.org", password };
    expect((await browser.post("/api/account/claim", { ...claim, email: "olga@example.org" })).status).toBe(
      409,
    );
    expect((await browser.post("/api/account/claim", claim)).status).toBe(200);
    const later = new Browser(server);
    expect((await later.post("/api/auth/sign-in", claim)).status).toBe(200);
    expect((await server.db.people.findByEmail("ada@example.org"))?.id).toBe(ada?.id);
  });

  it("wrong, expired, revoked and past classes' codes have one answer and cost one search each", async () => {
    const mine = await idOf("olga@example.org");
    const replaced = await classWithCode(mine);
    await owner.post("/api/join-code/new", { classroom: replaced.id });
    const revoked = await classWithCode(mine);
    await owner.post("/api/join-code/revoke", { classroom: revoked.id });
    const search = vi.spyOn(server.db.joinCodes, "find");
    const answers = new Set<string>();
    for (const code of [replaced.code, revoked.code, "ABCD-EFGH-JKMNP", "?", ""]) {
      const { status, text } = await new Browser(server).post("/api/auth/join", { code, name: "Eve" });
      answers.add(`${status} ${text}`);
    }
    expect([...answers]).toEqual([
      '403 {"error":{"code":"forbidden","message":"This code lets nobody in. Ask for the current one."}}',
    ]);
    expect(search).toHaveBeenCalledTimes(5);
    search.mockRestore();
  });
});

describe("one's own data", () => {
  it("is given as a copy without secrets, and goes with the account, workspace and all", async () => {
    const { code } = await classWithCode(await idOf("olga@example.org"));
    const browser = new Browser(server);
    await browser.post("/api/auth/join", { code, name: "Gerda" });
    const gerda = (await server.db.people.list()).find(({ name }) => name === "Gerda");
    const id = gerda?.id ?? "";
    await server.db.record({
      ...{ id: crypto.randomUUID(), learner: id, kind: "step-viewed", lab: "mtls", step: "one", payload: {} },
      at: new Date(),
    });
    const { value, text, headers } = await browser.post("/api/account/export");
    expect(headers["content-disposition"]).toBe('attachment; filename="meshwork-my-data.json"');
    expect(value).toMatchObject({
      profile: { id, name: "Gerda", role: "learner" },
      classes: [{ role: "learner", classroom: { name: "Monday" } }],
      progress: [{ lab: "mtls" }],
      events: [{ kind: "step-viewed", step: "one" }],
      audit: [{ action: "export" }, { action: "sign-in" }, { action: "join" }],
    });
    expect(text).not.toContain(decodeURIComponent(browser.cookie.split("=")[1] ?? "").split(".")[0]);

    const socket = await open(browser);
    expect((await browser.post("/api/account/delete", { name: "Greta" })).status).toBe(400);
    expect((await browser.post("/api/account/delete", { name: "Gerda" })).status).toBe(200);
    await closed(socket);
    expect([server.forgotten, (await browser.send("/")).status]).toEqual([[id], 401]);
    expect(await server.db.personalData(id, 10)).toBeUndefined();
    expect((await owner.post("/api/account/delete", { name: "Olga" })).status).toBe(409);
  });

  it("an owner removes somebody with all that was theirs, and never themselves by that way", async () => {
    const karl = await invited("learner", "Karl");
    const id = await idOf("karl@example.org");
    expect((await owner.post("/api/people/remove", { id })).status).toBe(200);
    expect((await karl.send("/")).status).toBe(401);
    expect((await owner.post("/api/people/remove", { id })).status).toBe(404);
    expect((await owner.post("/api/people/remove", { id: await idOf("olga@example.org") })).status).toBe(400);
  });
});

describe("a forgotten password", () => {
  it("is set by the printed link, once, and ends every session; the link is printed to the operator alone", async () => {
    const rosa = await invited("learner", "Rosa");
    server.printed.length = 0;
    const stranger = new Browser(server);
    expect((await stranger.post("/api/auth/forgotten", { email: "rosa@example.org" })).value).toEqual({
      by: "printed",
    });
    await vi.waitFor(() => expect(server.printed).toHaveLength(1), 5_000);
    const url = /http:\S+\/reset-password#token=\S+/.exec(server.printed[0] ?? "")?.[0] ?? "";
    const body = { token: tokenOf(url), password: "one that I keep in mind" };
    expect((await stranger.post("/api/auth/reset-password", body)).status).toBe(200);
    expect((await stranger.post("/api/auth/reset-password", body)).status).toBe(400);
    expect((await rosa.send("/")).status).toBe(401);
    const again = { email: "rosa@example.org", password: body.password };
    expect((await stranger.post("/api/auth/sign-in", again)).status).toBe(200);
  });
});
