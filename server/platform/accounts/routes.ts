import type { z } from "zod";
import type { Role, SessionRecord } from "../db/index.ts";
import type { Answer, Call, Route, Who } from "./call.ts";
import { bodies } from "./inputs.ts";
import { Joining } from "./joining.ts";
import { OIDC_PROVIDER } from "./library.ts";
import { JOURNEYS } from "./limits.ts";
import { Links } from "./links.ts";
import { OwnAccount } from "./own-account.ts";
import { Passwords } from "./passwords.ts";
import { PeopleAdmin } from "./people-admin.ts";
import { forbidden, malformed, tooMany } from "./refusal.ts";
import { askLibrary, endOldSession, type Service } from "./service.ts";
import { Counter } from "./throttle.ts";

const everybody: readonly Role[] = ["owner", "instructor", "learner"];
const teachers: readonly Role[] = ["owner", "instructor"];
const owners: readonly Role[] = ["owner"];

export interface Parts {
  readonly service: Service;
  readonly routes: readonly Route[];
  readonly links: Links;
  readonly people: PeopleAdmin;
  readonly joining: Joining;
}

/** Every request that the accounts answer, and who may send it. What is not in this table does not exist. */
export function buildParts(service: Service): Parts {
  const joining = new Joining(service);
  const links = new Links(service);
  const passwords = new Passwords(service);
  const people = new PeopleAdmin(service, links);
  const account = new OwnAccount(service, people);
  const journeys = new Counter(JOURNEYS);
  const { join, seeLink, useLink, signIn, forgotten, reset, nothing } = bodies;
  const routes = [
    open("/api/auth/join", join, (call) => joining.join(call)),
    open("/api/auth/link", seeLink, (call) => links.see(call)),
    open("/api/auth/use-link", useLink, (call) => links.use(call)),
    open("/api/auth/sign-in", signIn, (call) => passwords.signIn(call)),
    open("/api/auth/sign-out", nothing, (call) => passwords.signOut(call)),
    open("/api/auth/forgotten", forgotten, (call) => passwords.forgotten(call)),
    open("/api/auth/reset-password", reset, (call) => passwords.reset(call)),
    open("/api/auth/sso", nothing, async (call) => {
      if (!(await journeys.attempt(call.address))) throw tooMany();
      return toProvider(service, call);
    }),
    through(service, journeys, `/callback/${OIDC_PROVIDER}`),
    through(service, journeys, "/verify-email"),
    closed("/api/account/name", { who: everybody, body: bodies.rename }, (call) => account.rename(call)),
    closed("/api/account/claim", { who: everybody, body: bodies.claim }, (call) => passwords.claim(call)),
    closed("/api/account/password", { who: everybody, body: bodies.changePassword }, (call) =>
      passwords.change(call),
    ),
    closed("/api/account/end-sessions", { who: everybody, body: bodies.endSessions }, (call) =>
      account.endSessions(call),
    ),
    closed("/api/account/export", { who: everybody, body: nothing }, (call) => account.export(call)),
    closed("/api/account/delete", { who: everybody, body: bodies.deleteAccount }, (call) =>
      account.delete(call),
    ),
    closed("/api/people/invite", { who: owners, body: bodies.invite }, (call) => people.invite(call)),
    closed("/api/people/link", { who: owners, body: bodies.person }, (call) => people.link(call)),
    closed("/api/people/role", { who: owners, body: bodies.role }, (call) => people.role(call)),
    closed("/api/people/remove", { who: owners, body: bodies.person }, (call) => people.remove(call)),
    closed("/api/join-code/new", { who: teachers, body: bodies.joinCode }, (call) =>
      joining.replaceCode(call),
    ),
    closed("/api/join-code/show", { who: teachers, body: bodies.classroom }, (call) =>
      joining.showCode(call),
    ),
    closed("/api/join-code/revoke", { who: teachers, body: bodies.classroom }, (call) =>
      joining.revokeCode(call),
    ),
  ];
  return { service, routes, links, people, joining };
}

/** Also without a session. */
function open<S extends z.ZodType>(
  path: string,
  body: S,
  run: (call: Call<z.output<S>>) => Promise<Answer>,
): Route {
  return {
    ...{ method: "POST" as const, path, who: "anyone" as const },
    run: async (call) => run({ ...call, body: parsed(body, call.body) }),
  };
}

/** For these roles, as the database knows them at this moment. */
function closed<S extends z.ZodType>(
  path: string,
  { who, body }: { who: Exclude<Who, "anyone">; body: S },
  run: (call: Call<z.output<S>> & { viewer: SessionRecord }) => Promise<Answer>,
): Route {
  return {
    ...{ method: "POST" as const, path, who },
    async run(call) {
      const { viewer } = call;
      if (!viewer || !who.includes(viewer.role)) throw forbidden("You may not do that.");
      return run({ ...call, viewer, body: parsed(body, call.body) });
    },
  };
}

function parsed<S extends z.ZodType>(schema: S, body: unknown): z.output<S> {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw malformed(
    issue?.path.length ? (issue.message ?? "This is not as agreed.") : "This is not as agreed.",
  );
}

/** A link of a letter or a provider's way back: the library's own, answered with a redirect. */
function through(service: Service, journeys: Counter, path: string): Route {
  return {
    ...{ method: "GET" as const, path: `/api/auth${path}`, who: "anyone" as const },
    async run(call) {
      if (!(await journeys.attempt(call.address))) throw tooMany();
      const query = typeof call.body === "string" ? call.body : "";
      const { cookies = [], location = "/" } = await askLibrary(service, call, { path: `${path}${query}` });
      if (cookies.some((cookie) => isSession(service, cookie))) await endOldSession(service, call);
      return { status: 302, location, cookies };
    },
  };
}

const isSession = ({ cookieName }: Service, cookie: string) => cookie.startsWith(`${cookieName()}=`);

async function toProvider(service: Service, call: Call): Promise<Answer> {
  const body = {
    provider: OIDC_PROVIDER,
    callbackURL: "/",
    errorCallbackURL: "/sign-in",
    disableRedirect: true,
  };
  const { value, cookies } = await askLibrary(service, call, { path: "/sign-in/social", body });
  const url = typeof value === "object" && value && "url" in value ? value.url : undefined;
  return { value: { url }, cookies: cookies ?? [] };
}
