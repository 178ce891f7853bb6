import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Browser, type ClassServer, startClassServer } from "./testing/class-server.ts";
import { type OidcProvider, startOidcProvider } from "./testing/oidc-provider.ts";

let provider: OidcProvider;
let server: ClassServer;
const publicUrl = new URL("https://mesh.example.org");
beforeAll(async () => {
  provider = await startOidcProvider();
  server = await startClassServer({
    publicUrl,
    proxies: 1,
    oidc: {
      issuer: provider.issuer,
      clientId: "meshwork",
      clientSecret: "secret of the test's",
      name: "Example <University>",
      signUp: true,
    },
  });
}, 180_000);
afterAll(async () => {
  await server.dispose();
  await provider.close();
});

/** Goes to the provider and back as a browser does; returns where it ends up. */
async function signInThere(browser: Browser): Promise<string> {
  const { value } = await browser.post("/api/auth/sso");
  const away = new URL(String(Reflect.get(Object(value), "url")));
  expect([away.origin, away.searchParams.get("redirect_uri")]).toEqual([
    provider.issuer,
    "https://mesh.example.org/api/auth/callback/oidc",
  ]);
  const there = await fetch(away, { redirect: "manual" });
  const back = new URL(there.headers.get("location") ?? "");
  expect(back.origin).toBe(publicUrl.origin);
  const { status, headers } = await browser.send(`${back.pathname}${back.search}`);
  expect(status).toBe(302);
  return String(headers.location);
}

describe("over https, behind a proxy", () => {
  it("[W2] a cookie is __Host-, Secure, HttpOnly and Lax, and every answer asks for https from now on", async () => {
    const browser = new Browser(server);
    expect(await signInThere(browser)).toBe("/");
    expect(browser.cookie).toMatch(/^__Host-meshwork=/);
    const page = await browser.send("/");
    expect([page.status, page.text]).toEqual([200, "a page"]);
    expect(page.headers["strict-transport-security"]).toBe("max-age=63072000");
    expect(page.headers["content-security-policy"]).toContain("connect-src 'self' wss://mesh.example.org;");
    const again = await browser.post("/api/auth/sso");
    for (const cookie of again.headers["set-cookie"] ?? [])
      expect(cookie).toMatch(/^__Host-meshwork\.[\w.]+=.*; Path=\/; HttpOnly; Secure; SameSite=Lax/);
  });

  it("[W1] only its public name is answered; loopback sees health; a proxy's other headers move nothing", async () => {
    const browser = new Browser(server);
    const host = `127.0.0.1:${server.port}`;
    expect((await browser.send("/healthz", { headers: { Host: host } })).status).toBe(200);
    expect((await browser.send("/sign-in", { headers: { Host: host } })).status).toBe(421);
    const evil = {
      Host: "evil.example",
      "X-Forwarded-Host": "mesh.example.org",
      "X-Forwarded-Proto": "https",
    };
    expect((await browser.send("/sign-in", { headers: evil })).status).toBe(421);
    const sent = { Origin: "https://evil.example", "X-Forwarded-Host": "evil.example" };
    expect((await browser.post("/api/auth/sign-in", {}, sent)).status).toBe(403);
    expect((await browser.post("/api/auth/sign-in", {}, { Origin: "http://mesh.example.org" })).status).toBe(
      403,
    );
  });

  it("locks out the client that the proxy names, not the proxy, and believes no client about itself", async () => {
    const guess = (forwarded: string) =>
      new Browser(server).post("/api/auth/link", { token: "x" }, { "X-Forwarded-For": forwarded });
    for (let index = 0; index < 30; index++) await guess(`10.9.9.${index}, 203.0.113.1`);
    expect((await guess("10.9.9.99, 203.0.113.1")).status).toBe(429);
    expect((await guess("203.0.113.1, 203.0.113.2")).status).toBe(403);
  });
});

describe("single sign-on", () => {
  it("makes a learner of somebody new, knows them again, and keeps none of the provider's tokens", async () => {
    provider.person = {
      sub: "s-2",
      name: " Tess\u202e\n<script> ",
      email: "tess@example.org",
      email_verified: true,
    };
    const first = new Browser(server);
    expect(await signInThere(first)).toBe("/");
    const tess = await server.db.people.findByEmail("tess@example.org");
    expect(tess).toMatchObject({
      name: "Tess <script>",
      role: "learner",
      emailVerified: true,
      ways: ["oidc"],
    });
    expect(await signInThere(new Browser(server))).toBe("/");
    expect((await server.db.people.findByEmail("tess@example.org"))?.id).toBe(tess?.id);
    const copy = JSON.stringify(await server.db.personalData(tess?.id ?? "", 10));
    expect(copy).toContain("s-2");
    const sessions = await server.db.people.sessionsOf(tess?.id ?? "");
    expect(sessions).toHaveLength(2);
  });

  it("[W2] ends the session that the browser had before", async () => {
    const browser = new Browser(server);
    await signInThere(browser);
    const before = browser.cookie;
    await signInThere(browser);
    expect((await new Browser(server).preset(before).send("/")).status).toBe(401);
    expect((await browser.send("/")).status).toBe(200);
  });

  it("lets nobody in with a token that another key signed, nor with an answer that was not asked for", async () => {
    provider.person = { sub: "s-3", name: "Mallory", email: "mallory@example.org", email_verified: true };
    provider.forging = true;
    const browser = new Browser(server);
    expect(await signInThere(browser)).toMatch(/^\/sign-in\?error=/);
    provider.forging = false;
    const unasked = await browser.send("/api/auth/callback/oidc?code=x&state=y");
    expect(String(unasked.headers.location)).toContain("error=");
    expect((await browser.send("/")).status).toBe(401);
    expect(await server.db.people.findByEmail("mallory@example.org")).toBeUndefined();
  });

  it("does not hand over somebody's account to an unverified address", async () => {
    provider.person = { sub: "s-4", name: "Not Tess", email: "tess@example.org", email_verified: false };
    const browser = new Browser(server);
    expect(await signInThere(browser)).toMatch(/^\/sign-in\?error=/);
    expect((await browser.send("/")).status).toBe(401);
  });

  it("is offered by the name that the operator gave, as text", async () => {
    const { text } = await new Browser(server).send("/sign-in");
    expect(text).toContain("Sign in with Example &#60;University&#62;");
  });
});
