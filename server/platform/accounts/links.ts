import { randomBytes, randomUUID } from "node:crypto";
import { hashSecret } from "../auth/index.ts";
import type { InvitationRecord, Role } from "../db/index.ts";
import type { Answer, Call } from "./call.ts";
import type { bodies } from "./inputs.ts";
import { LINK_HOURS, MAX_PEOPLE, throttles } from "./limits.ts";
import { emailTaken, setPassword } from "./passwords.ts";
import { forbidden, malformed, Refusal, tooMany } from "./refusal.ts";
import { origin, type Service, signIn } from "./service.ts";
import { Throttle } from "./throttle.ts";

type Body<Name extends keyof typeof bodies> = (typeof bodies)[Name]["_output"];

export interface Link {
  readonly url: string;
  readonly expiresAt: Date;
}

/** Links that are good once: the owner's first one, invitations, and a new password by the operator's hand. */
export class Links {
  private readonly attempts = new Throttle(throttles.link);

  constructor(private readonly service: Service) {}

  /** `learner`: lets that one set a password; without it, makes a new person. The token is in the fragment: no log sees it. */
  async make(wanted: { role: Role; learner?: string; createdBy: string }): Promise<Link> {
    const token = randomBytes(32).toString("base64url");
    const expiresAt = new Date(Date.now() + LINK_HOURS * 3_600_000);
    const { db } = this.service;
    await db.invitations.add({ ...wanted, id: randomUUID(), tokenHash: hashSecret(token), expiresAt });
    await db.audit({ actor: wanted.createdBy, action: "link", subject: wanted.learner ?? wanted.role });
    const page = wanted.role === "owner" && !wanted.learner ? "owner" : "invite";
    return { url: `${origin(this.service)}/${page}#token=${token}`, expiresAt };
  }

  /** For a server that nobody owns yet; an earlier one is void. */
  async ownerLink(): Promise<Link | undefined> {
    const { people, invitations } = this.service.db;
    if (await people.hasOwner()) return undefined;
    await invitations.revokeOpen("owner");
    return this.make({ role: "owner", createdBy: SERVER });
  }

  /** What the page asks for: a whole new account, or a password only. */
  async see(call: Call<Body<"seeLink">>): Promise<Answer> {
    const { learnerId, role } = await this.find(call);
    if (learnerId === null) return { value: { role, asks: ["name", "email", "password"] } };
    const person = await this.service.db.people.find(learnerId);
    return {
      value: { role, name: person?.name, asks: person?.email ? ["password"] : ["email", "password"] },
    };
  }

  async use(call: Call<Body<"useLink">>): Promise<Answer> {
    const invitation = await this.find(call);
    const learner = invitation.learnerId ?? randomUUID();
    const known = await this.service.db.people.find(learner);
    const email = known?.email ?? call.body.email;
    if (email === undefined) throw malformed("Which e-mail address do you sign in with?");
    const name = known?.name ?? call.body.name;
    if (name === undefined) throw malformed("What is your name?");
    await this.claim(invitation, email);
    if (!known) await this.service.db.people.add({ id: learner, name, role: invitation.role });
    await setPassword(this.service, { learner, email, password: call.body.password });
    await this.service.db.people.endSessions(learner);
    this.service.recheck();
    return { value: { done: true }, cookies: await signIn(this.service, call, learner) };
  }

  /** From here on the link is used up. */
  private async claim(invitation: InvitationRecord, email: string): Promise<void> {
    const { people, invitations } = this.service.db;
    const { id, learnerId, createdBy } = invitation;
    const holder = await people.findByEmail(email);
    if (holder && holder.id !== learnerId) throw emailTaken();
    // Printed for a server without an owner; by now it has one.
    if (createdBy === SERVER && (await people.hasOwner())) throw voidLink();
    if (learnerId === null && (await people.count()) >= MAX_PEOPLE)
      throw new Refusal(503, "unavailable", "This server takes no more people.");
    if (!(await invitations.use(id))) throw voidLink();
  }

  private async find({ body, address }: Call<{ token: string }>): Promise<InvitationRecord> {
    if (!(await this.attempts.attempt(address))) throw tooMany();
    const found = await this.service.db.invitations.find(hashSecret(body.token));
    if (!found) throw voidLink();
    await this.attempts.succeeded(address);
    return found;
  }
}

const SERVER = "server";
const voidLink = () =>
  forbidden("This link is used up, too old, or not whole. Ask for a new one from whoever gave it to you.");
