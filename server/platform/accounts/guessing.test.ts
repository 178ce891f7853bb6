import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { Refusal } from "./refusal.ts";
import { type ClassServer, firstOwner, password, startClassServer } from "./testing/class-server.ts";

let server: ClassServer;
let code: string;
beforeAll(async () => {
  server = await startClassServer();
  const owner = await firstOwner(server);
  const id = crypto.randomUUID();
  const olga = await server.db.people.findByEmail("olga@example.org");
  await server.db.classes.create({ id, name: "Monday", istioVersion: "1.21.6" }, olga?.id ?? "");
  const { value } = await owner.post("/api/join-code/new", { classroom: id });
  code = String(Reflect.get(Object(value), "code"));
}, 180_000);
afterAll(() => server.dispose());

/** A request as the front hands it on, from an address of the test's choice. */
async function ask(path: string, body: object, address: string): Promise<string> {
  const { routes } = await server.accounts.open();
  const route = routes.find((known) => known.path === path);
  try {
    await route?.run({ body, viewer: undefined, address, headers: new Headers({ origin: server.origin }) });
    return "let in";
  } catch (error) {
    if (error instanceof Refusal) return `${error.status} ${error.message}`;
    throw error;
  }
}

const locked = "429 Too many attempts from here. Wait ten minutes, then try again.";

describe("[N1] guessing", () => {
  it("a class that comes in from one address at once is no attack", async () => {
    const join = (index: number) => ask("/api/auth/join", { code, name: `Learner ${index}` }, "203.0.113.1");
    const joined = await Promise.all(Array.from({ length: 60 }, (_, index) => join(index)));
    expect(new Set(joined)).toEqual(new Set(["let in"]));
    expect(await server.db.people.count()).toBe(61);
  });

  it("10,000 wrong codes from one address end in a lock that a right code does not open; others still come in", async () => {
    const search = vi.spyOn(server.db.joinCodes, "find");
    const answers = new Map<string, number>();
    for (let guess = 0; guess < 10_000; guess++) {
      const answer = await ask("/api/auth/join", { code: `guess ${guess}`, name: "Eve" }, "203.0.113.9");
      answers.set(answer, (answers.get(answer) ?? 0) + 1);
    }
    expect(Object.fromEntries(answers)).toEqual({
      "403 This code lets nobody in. Ask for the current one.": 120,
      [locked]: 9_880,
    });
    expect(search).toHaveBeenCalledTimes(120);
    search.mockRestore();
    expect(await ask("/api/auth/join", { code, name: "Eve" }, "203.0.113.9")).toBe(locked);
    expect(await ask("/api/auth/join", { code, name: "Ada" }, "203.0.113.10")).toBe("let in");
  });

  it("many at once get no further than one after the other, and many addresses share what all have", async () => {
    const at = (index: number) =>
      ask("/api/auth/join", { code: "x", name: "Eve" }, `198.51.100.${index % 250}`);
    const answers = await Promise.all(Array.from({ length: 3_000 }, (_, index) => at(index)));
    const judged = answers.filter((answer) => answer !== locked).length;
    // 1,000 altogether, of which the test before spent 120.
    expect(judged).toBe(880);
  });

  it("wrong passwords for one address are refused from wherever they come, the right one too", async () => {
    const email = "olga@example.org";
    const answers: string[] = [];
    for (let guess = 0; guess < 11; guess++)
      answers.push(await ask("/api/auth/sign-in", { email, password: `wrong ${guess}` }, `192.0.2.${guess}`));
    expect(answers).toEqual([...Array.from({ length: 10 }, () => "401 Invalid email or password."), locked]);
    expect(await ask("/api/auth/sign-in", { email, password }, "192.0.2.99")).toBe(locked);
    const known = await ask("/api/auth/forgotten", { email }, "192.0.2.1");
    expect(await ask("/api/auth/forgotten", { email: "nobody@example.org" }, "192.0.2.2")).toBe(known);
  });

  it("[N2] ways to a provider and back, and links of letters, end in a lock before the library is asked", async () => {
    const { library } = (await server.accounts.open()).service;
    const asked = vi.spyOn(library, "handler").mockImplementation(async () => Response.json({}));
    for (const [path, address] of [
      ["/api/auth/sso", "192.0.2.201"],
      ["/api/auth/verify-email", "192.0.2.202"],
      ["/api/auth/callback/oidc", "192.0.2.203"],
    ] as const) {
      asked.mockClear();
      const answers = await Promise.all(Array.from({ length: 810 }, () => ask(path, {}, address)));
      const refused = answers.filter((answer) => answer === locked).length;
      expect([path, refused, asked.mock.calls.length]).toEqual([path, 10, 800]);
    }
    asked.mockRestore();
  });
});
