import type { SessionRecord } from "../db/index.ts";
import type { Answer, Call } from "./call.ts";
import type { bodies } from "./inputs.ts";
import { throttles, WRONG_PASSWORDS } from "./limits.ts";
import { forbidden, Refusal, tooMany } from "./refusal.ts";
import { askLibrary, endOldSession, type Service, signIn } from "./service.ts";
import { Counter, Throttle } from "./throttle.ts";

type Body<Name extends keyof typeof bodies> = (typeof bodies)[Name]["_output"];

export const emailTaken = () =>
  new Refusal(409, "bad-request", "This e-mail address belongs to somebody here already. Sign in.");

/** From now on this person signs in with this address and password. */
export async function setPassword(
  { db, library, log }: Service,
  { learner, email, password }: { learner: string; email: string; password: string },
): Promise<void> {
  if (!(await db.people.setEmail(learner, email))) throw emailTaken();
  const { internalAdapter, password: hashes } = await library.$context;
  const hash = await hashes.hash(password);
  const accounts = await internalAdapter.findAccounts(learner);
  if (accounts.some(({ providerId }) => providerId === "credential"))
    await internalAdapter.updatePassword(learner, hash);
  else
    await internalAdapter.createAccount({
      userId: learner,
      accountId: learner,
      providerId: "credential",
      password: hash,
    });
  const person = await db.people.find(learner);
  if (person?.emailVerified) return;
  // Without a mail server it is printed. A letter that cannot be sent must not undo the account.
  await library.api
    .sendVerificationEmail({ body: { email, callbackURL: "/account" } })
    .catch((error: unknown) => log.warn({ err: error }, "the letter about an e-mail address was not sent"));
}

/** Signing in and out with a password, and getting a new one. */
export class Passwords {
  private readonly attempts = new Throttle(throttles.signIn);
  private readonly letters = new Throttle(throttles.mail);
  private readonly wrong = new Counter(WRONG_PASSWORDS);

  constructor(private readonly service: Service) {}

  async signIn(call: Call<Body<"signIn">>): Promise<Answer> {
    const { email } = call.body;
    const { log } = this.service;
    if (!(await this.attempts.attempt(call.address)) || !(await this.wrong.attempt(email))) throw tooMany();
    const answer = await askLibrary(this.service, call, { path: "/sign-in/email", body: call.body }).catch(
      (error: unknown) => {
        // The address is not logged: people type their password into the wrong field.
        if (error instanceof Refusal) log.info({ address: call.address }, "wrong password");
        throw error;
      },
    );
    await Promise.all([this.attempts.succeeded(call.address), this.wrong.forget(email)]);
    await endOldSession(this.service, call);
    const person = await this.service.db.people.findByEmail(email);
    if (person) await this.service.db.audit({ actor: person.id, action: "sign-in", subject: person.id });
    return { value: { done: true }, cookies: answer.cookies ?? [] };
  }

  async signOut(call: Call): Promise<Answer> {
    const { cookies } = await askLibrary(this.service, call, { path: "/sign-out", body: {} });
    const { viewer } = call;
    if (viewer) await this.service.db.audit({ actor: viewer.id, action: "sign-out", subject: viewer.id });
    this.service.recheck();
    return { value: { done: true }, cookies: cookies ?? [] };
  }

  /** The same answer whether there is such an account or not. */
  async forgotten(call: Call<Body<"forgotten">>): Promise<Answer> {
    if (!(await this.letters.attempt(call.address))) throw tooMany();
    // Not waited for: a mail server's answer would tell which addresses are known.
    askLibrary(this.service, call, { path: "/request-password-reset", body: call.body }).catch(
      (error: unknown) =>
        this.service.log.warn({ err: error }, "the letter about a new password was not sent"),
    );
    return { value: { by: this.service.mailer.kind } };
  }

  async reset(call: Call<Body<"reset">>): Promise<Answer> {
    if (!(await this.attempts.attempt(call.address))) throw tooMany();
    const { token, password } = call.body;
    await askLibrary(this.service, call, { path: "/reset-password", body: { token, newPassword: password } });
    await this.attempts.succeeded(call.address);
    this.service.recheck();
    return { value: { done: true } };
  }

  /** Ends every other session, and this one gets a new id. */
  async change(call: Call<Body<"changePassword">> & { viewer: SessionRecord }): Promise<Answer> {
    const { current, password } = call.body;
    const { id } = call.viewer;
    if (!(await this.wrong.attempt(id))) throw tooMany();
    await askLibrary(this.service, call, {
      path: "/change-password",
      body: { currentPassword: current, newPassword: password },
    });
    await this.wrong.forget(id);
    return this.afresh(call, "password-change");
  }

  /** Somebody who joined by a code gives themselves an account; their progress stays theirs. */
  async claim(call: Call<Body<"claim">> & { viewer: SessionRecord }): Promise<Answer> {
    const person = await this.service.db.people.find(call.viewer.id);
    if (!person || person.ways.length > 0) throw forbidden("You have an account already.");
    await setPassword(this.service, { learner: person.id, ...call.body });
    return this.afresh(call, "account-claimed");
  }

  private async afresh(call: Call & { viewer: SessionRecord }, action: string): Promise<Answer> {
    const { id, session } = call.viewer;
    await this.service.db.people.endSessions(id, { except: session });
    await this.service.db.audit({ actor: id, action, subject: id });
    return { value: { done: true }, cookies: await signIn(this.service, call, id) };
  }
}
