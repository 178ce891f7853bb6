import { z } from "zod";
import { type ClassInfo, classChange, classCreate } from "../../contracts/index.ts";
import { type AdminCommand, AdminRefusal } from "../admin/index.ts";
import type { Database } from "../db/index.ts";
import { OPERATOR } from "./class-rights.ts";
import type { Classroom } from "./classroom.ts";
import type { HelpDesk } from "./help/index.ts";
import { isClassroomRefusal } from "./refusal.ts";

/** A code that lets people into a class, as it is shown. */
export interface JoinCodeShown {
  readonly code: string;
  readonly url: string;
  readonly expiresAt: Date;
}

export interface ClassCommandDeps {
  readonly db: () => Promise<Database>;
  readonly classroom: Classroom;
  /** Whose sessions end with the class. */
  readonly desk: Pick<HelpDesk, "over">;
  /** A new code; the class's earlier ones are void. `days`: how long it is good. */
  readonly makeCode: (classroom: string, days: number | undefined) => Promise<JoinCodeShown>;
}

/** All of them. */
export const CLASS_COMMANDS = [
  "class-list",
  "class-create",
  "class-change",
  "class-open",
  "class-close",
  "class-archive",
  "class-unarchive",
  "class-repin",
  "class-gate",
  "class-extend",
  "class-invite",
  "class-export",
  "class-delete",
] as const;

/** A class by its id, or by its name where only one has it. */
const which = { class: z.string().min(1).max(200) };
const { class: _id, ...changes } = classChange.shape;

/** What whoever runs the server does about classes from its terminal: `meshwork class …`. */
export function classCommands(
  deps: ClassCommandDeps,
): Readonly<Record<(typeof CLASS_COMMANDS)[number], AdminCommand>> {
  const { life, records } = deps.classroom;
  const command =
    <S extends z.ZodType>(schema: S, run: (params: z.output<S>) => Promise<unknown>): AdminCommand =>
    async (params) => {
      const parsed = schema.safeParse(params);
      if (!parsed.success) {
        const [issue] = parsed.error.issues;
        throw new AdminRefusal(
          `${issue?.path.join(".") || "This"} is not as agreed: ${issue?.message ?? ""}`,
        );
      }
      try {
        return await run(parsed.data);
      } catch (error) {
        if (isClassroomRefusal(error)) throw new AdminRefusal(error.message, { cause: error });
        throw error;
      }
    };
  const idOf = async (given: string) => (await find(deps, given)).id;
  const move = (to: ClassInfo["state"]) =>
    command(z.strictObject(which), async (params) => {
      const id = await idOf(params.class);
      const moved = await life.move(OPERATOR, { class: id, to });
      if (to !== "open") await deps.desk.over(id, { why: `The class is ${to}.` });
      return moved;
    });
  return {
    "class-list": command(z.strictObject({}), () => life.list(OPERATOR)),
    "class-create": command(
      z.strictObject({
        ...classCreate.partial({ workshop: true, istioVersion: true, language: true }).shape,
        instructor: z.string().min(1).max(320).optional(),
      }),
      async ({ instructor, ...wanted }) => {
        const { workshops, istioVersions, languages } = await life.options();
        const usual = {
          ...{ workshop: workshops[0] ?? "", istioVersion: istioVersions[0] ?? "" },
          language: languages[0] ?? "",
        };
        const given = Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== undefined));
        const whole = classCreate.parse({ ...usual, ...given });
        return life.create(await teacherOf(deps, instructor), whole, OPERATOR);
      },
    ),
    "class-change": command(z.strictObject({ ...which, ...changes }), async (params) =>
      life.change(OPERATOR, { ...params, class: await idOf(params.class) }),
    ),
    "class-open": move("open"),
    "class-close": move("closed"),
    "class-archive": move("archived"),
    "class-unarchive": command(z.strictObject(which), async (params) => {
      const { id, openedAt } = await find(deps, params.class);
      return life.move(OPERATOR, { class: id, to: openedAt === undefined ? "planned" : "closed" });
    }),
    "class-repin": command(z.strictObject(which), async (params) =>
      life.repin(OPERATOR, await idOf(params.class)),
    ),
    "class-gate": command(z.strictObject({ ...which, lab: z.string().max(64).nullable() }), async (params) =>
      life.gate(OPERATOR, { class: await idOf(params.class), lab: params.lab }),
    ),
    "class-extend": command(
      z.strictObject({ ...which, minutes: z.number().int().min(1).max(600) }),
      async (params) => life.extend(OPERATOR, { class: await idOf(params.class), minutes: params.minutes }),
    ),
    "class-invite": command(
      z.strictObject({ ...which, days: z.number().int().min(1).max(90).optional() }),
      async (params) => {
        const { id, name } = await find(deps, params.class);
        return { name, ...(await deps.makeCode(id, params.days)) };
      },
    ),
    "class-export": command(z.strictObject(which), async (params) =>
      records.export(OPERATOR, await idOf(params.class)),
    ),
    "class-delete": command(z.strictObject({ ...which, learners: z.boolean() }), async (params) => {
      const { id, name } = await find(deps, params.class);
      const { removed } = await records.delete(OPERATOR, { class: id, name, learners: params.learners });
      return { name, removed };
    }),
  };
}

async function find({ classroom }: ClassCommandDeps, given: string): Promise<ClassInfo> {
  const all = await classroom.life.list(OPERATOR);
  const found = all.filter(({ id, name }) => id === given || name === given);
  const [only] = found.filter(({ id }) => id === given).concat(found);
  if (!only) throw new AdminRefusal(`There is no class with the id or name "${given}".`);
  if (only.id !== given && found.length > 1)
    throw new AdminRefusal(`${found.length} classes are named "${given}": give the id of the one you mean.`);
  return only;
}

/** Somebody teaches it from the start: who is named, else the first owner. */
async function teacherOf({ db }: ClassCommandDeps, given: string | undefined): Promise<string> {
  const { people } = await db();
  const all = (await people.list()).filter(({ role }) => role !== "learner");
  const found = all.find(({ id, email, role }) =>
    given === undefined ? role === "owner" : id === given || email === given.toLowerCase(),
  );
  if (found) return found.id;
  throw new AdminRefusal(
    given === undefined
      ? "Nobody owns this server yet: open the owner's link first."
      : `There is no instructor or owner with the e-mail address or id "${given}".`,
  );
}
