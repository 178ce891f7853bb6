import type { SessionRecord } from "../db/index.ts";
import type { Answer, Call } from "./call.ts";
import type { bodies } from "./inputs.ts";
import { MAX_EXPORTED_ROWS } from "./limits.ts";
import type { PeopleAdmin } from "./people-admin.ts";
import { malformed } from "./refusal.ts";
import type { Service } from "./service.ts";

type Body<Name extends keyof typeof bodies> = (typeof bodies)[Name]["_output"];
type Asked<Name extends keyof typeof bodies> = Call<Body<Name>> & { viewer: SessionRecord };

/** What everybody may do with what is kept about themselves. */
export class OwnAccount {
  constructor(
    private readonly service: Service,
    private readonly people: PeopleAdmin,
  ) {}

  async rename({ body, viewer }: Asked<"rename">): Promise<Answer> {
    await this.service.db.people.rename(viewer.id, body.name);
    await this.service.db.audit({ actor: viewer.id, action: "rename", subject: viewer.id });
    return { value: { done: true } };
  }

  async endSessions({ body, viewer }: Asked<"endSessions">): Promise<Answer> {
    const { db, recheck } = this.service;
    const which =
      body.session !== undefined ? { only: body.session } : body.others ? { except: viewer.session } : {};
    const ended = await db.people.endSessions(viewer.id, which);
    recheck();
    await db.audit({ actor: viewer.id, action: "sessions-ended", subject: viewer.id });
    return { value: { ended: ended.length, signedOut: ended.includes(viewer.session) } };
  }

  async export({ viewer }: Asked<"nothing">): Promise<Answer> {
    const { db } = this.service;
    await db.audit({ actor: viewer.id, action: "export", subject: viewer.id });
    return {
      value: await db.personalData(viewer.id, MAX_EXPORTED_ROWS),
      download: "meshwork-my-data.json",
    };
  }

  /** The name typed once more: nobody does this by a slip. */
  async delete({ body, viewer }: Asked<"deleteAccount">): Promise<Answer> {
    if (body.name.normalize("NFKC").trim() !== viewer.name)
      throw malformed(`To delete your account, type your name as it stands here: ${viewer.name}`);
    await this.people.removePerson(viewer.id, viewer.id);
    return { value: { done: true } };
  }
}
