import { randomUUID } from "node:crypto";
import type { JoinCodeRecord } from "../db/index.ts";
import { signals } from "../metrics/index.ts";
import type { Answer, Call } from "./call.ts";
import type { bodies } from "./inputs.ts";
import { joinCode, joinCodeDigest, readJoinCode } from "./join-code.ts";
import { JOIN_CODE_DAYS, JOINS, MAX_PEOPLE, throttles } from "./limits.ts";
import { forbidden, malformed, Refusal, tooMany } from "./refusal.ts";
import { origin, type Service, signIn } from "./service.ts";
import { Counter, Throttle } from "./throttle.ts";

type Body<Name extends keyof typeof bodies> = (typeof bodies)[Name]["_output"];

/** What a class's instructor shows to the room. */
export interface ShownCode {
  readonly code: string;
  readonly url: string;
  readonly expiresAt: Date;
}

/** For the operator's figures: how many, and why. */
function refused(reason: string, refusal: Refusal): Refusal {
  signals.joinRefused.tell(reason);
  return refusal;
}

const classFull = () =>
  refused("class-full", new Refusal(403, "forbidden", "This class is full. Ask its instructor for a seat."));

/** Coming into a class with nothing but its code and a name. */
export class Joining {
  private readonly guesses = new Throttle(throttles.join);
  private readonly joins = new Counter({ attempts: JOINS.perAddress, seconds: JOINS.seconds });

  constructor(private readonly service: Service) {}

  async join(call: Call<Body<"join">>): Promise<Answer> {
    const { db } = this.service;
    const { address, body, viewer } = call;
    if (!(await this.guesses.attempt(address))) throw refused("too-many-guesses", tooMany());
    const classroom = await this.classroomOf(body.code);
    // One answer for a wrong, an expired and a revoked code, and for a class that is over.
    if (!classroom)
      throw refused(
        "code",
        new Refusal(403, "forbidden", "This code lets nobody in. Ask for the current one."),
      );
    await this.guesses.succeeded(address);
    if (viewer) {
      if (!(await db.classes.join(classroom, viewer.id))) throw classFull();
      await db.audit({ actor: viewer.id, action: "join", subject: classroom });
      return { value: { joined: true } };
    }
    if (body.name === undefined) throw malformed("Which name shall the class see?");
    if (!(await this.joins.attempt(address))) throw refused("too-many-joins", tooMany());
    if ((await db.people.count()) >= MAX_PEOPLE)
      throw refused(
        "full",
        new Refusal(503, "unavailable", "This server takes no more people. Its owner can make room."),
      );
    const learner = { id: randomUUID(), name: body.name, role: "learner" as const };
    await db.people.add(learner);
    if (!(await db.classes.join(classroom, learner.id))) {
      await db.people.remove(learner.id);
      throw classFull();
    }
    await db.audit({ actor: learner.id, action: "join", subject: classroom });
    return { value: { joined: true }, cookies: await signIn(this.service, call, learner.id) };
  }

  /** A new code; the class's earlier ones are void. */
  async replaceCode(call: Call<Body<"joinCode">>): Promise<Answer> {
    const { classroom, days } = call.body;
    return { value: await this.makeCode(classroom, { days, actor: await this.instructor(call) }) };
  }

  /** Whether the actor may is the caller's to know. */
  async makeCode(
    classroom: string,
    { days = JOIN_CODE_DAYS, actor }: { days?: number | undefined; actor: string },
  ): Promise<ShownCode> {
    const { db, secret } = this.service;
    const code: JoinCodeRecord = {
      id: randomUUID(),
      classroomId: classroom,
      digest: "",
      createdBy: actor,
      createdAt: new Date(),
      expiresAt: new Date(Date.now() + days * 86_400_000),
      revokedAt: null,
    };
    const digest = joinCodeDigest(joinCode(code.id, secret).replaceAll("-", ""), secret);
    await db.joinCodes.replace({ ...code, digest });
    await db.audit({ actor, action: "join-code", subject: classroom });
    return this.shown(code);
  }

  async showCode(call: Call<Body<"classroom">>): Promise<Answer> {
    await this.instructor(call);
    const code = await this.service.db.joinCodes.current(call.body.classroom);
    return { value: code ? this.shown(code) : null };
  }

  async revokeCode(call: Call<Body<"classroom">>): Promise<Answer> {
    const viewer = await this.instructor(call);
    await this.service.db.joinCodes.revoke(call.body.classroom);
    await this.service.db.audit({ actor: viewer, action: "join-code-revoked", subject: call.body.classroom });
    return { value: null };
  }

  private shown({ id, expiresAt }: JoinCodeRecord): ShownCode {
    const code = joinCode(id, this.service.secret);
    return { code, url: `${origin(this.service)}/join/${code}`, expiresAt };
  }

  /** Always one search of the database, whatever was typed: a wrong code takes as long as one that is over. */
  private async classroomOf(typed: string): Promise<string | undefined> {
    const { db, secret } = this.service;
    const found = await db.joinCodes.find(joinCodeDigest(readJoinCode(typed) ?? "no code at all", secret));
    if (!found || found.revokedAt !== null || found.expiresAt <= new Date()) return undefined;
    const { state } = found.classroom;
    return state === "planned" || state === "open" ? found.classroomId : undefined;
  }

  private async instructor({ viewer, body }: Call<{ classroom: string }>): Promise<string> {
    if (!viewer) throw forbidden("Sign in first.");
    const teaches = (await this.service.db.classes.roleIn(body.classroom, viewer.id)) === "instructor";
    if (!teaches && viewer.role !== "owner") throw forbidden("Only those who teach this class may do that.");
    return viewer.id;
  }
}
