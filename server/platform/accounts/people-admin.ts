import type { PersonChange, Role, SessionRecord } from "../db/index.ts";
import type { Answer, Call } from "./call.ts";
import type { bodies } from "./inputs.ts";
import type { Links } from "./links.ts";
import { malformed, notFound, Refusal } from "./refusal.ts";
import type { Service } from "./service.ts";

type Body<Name extends keyof typeof bodies> = (typeof bodies)[Name]["_output"];
type Asked<Name extends keyof typeof bodies> = Call<Body<Name>> & { viewer: SessionRecord };

/** What an owner does with people; the operator's commands do the same with "operator" as the actor. */
export class PeopleAdmin {
  constructor(
    private readonly service: Service,
    private readonly links: Links,
  ) {}

  async invite({ body, viewer }: Asked<"invite">): Promise<Answer> {
    return { value: await this.links.make({ role: body.role, createdBy: viewer.id }) };
  }

  async link({ body, viewer }: Asked<"person">): Promise<Answer> {
    return { value: await this.linkFor(body.id, viewer.id) };
  }

  async role({ body, viewer }: Asked<"role">): Promise<Answer> {
    await this.setRole(body.id, body.role, viewer.id);
    return { value: { done: true } };
  }

  async remove({ body, viewer }: Asked<"person">): Promise<Answer> {
    if (body.id === viewer.id) throw malformed("Delete your own account on your account page.");
    await this.removePerson(body.id, viewer.id);
    return { value: { done: true } };
  }

  /** For a new password, or the first one of somebody who joined by a code. */
  async linkFor(id: string, createdBy: string) {
    const person = await this.service.db.people.find(id);
    if (!person) throw unknownPerson();
    return this.links.make({ role: person.role, learner: id, createdBy });
  }

  async setRole(id: string, role: Role, actor: string): Promise<void> {
    const { db, recheck } = this.service;
    const person = await db.people.find(id);
    if (!person) throw unknownPerson();
    if (person.role === role) return;
    // A role ends all sessions; without a way to sign in again, that would be the end of the account.
    if (person.ways.length === 0)
      throw malformed(`${person.name} joined by a code and has no password yet. Give them a link first.`);
    judge(await db.people.setRole(id, role));
    recheck();
    await db.audit({ actor, action: "role", subject: id, detail: { from: person.role, to: role } });
  }

  async removePerson(id: string, actor: string): Promise<void> {
    const { db, recheck, forgetWorkspace } = this.service;
    const person = await db.people.find(id);
    if (!person) throw unknownPerson();
    if (person.role === "owner" && !(await this.otherOwner(id))) throw lastOwner();
    await db.people.endSessions(id);
    recheck();
    // First what runs and what lies on the disk: afterwards nobody would know whose it was.
    await forgetWorkspace(id);
    judge(await db.people.remove(id));
    await db.audit({ actor, action: "removed", subject: id });
  }

  private async otherOwner(id: string): Promise<boolean> {
    return (await this.service.db.people.list()).some(
      (person) => person.role === "owner" && person.id !== id,
    );
  }
}

const unknownPerson = () => notFound("There is no such person.");
const lastOwner = () =>
  new Refusal(409, "bad-request", "A server needs an owner: make somebody else one first.");

function judge(change: PersonChange): void {
  if (change === "unknown") throw unknownPerson();
  if (change === "last-owner") throw lastOwner();
}
