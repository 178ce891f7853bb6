import { z } from "zod";
import { type AdminCommand, AdminRefusal } from "../admin/index.ts";
import type { Person } from "../db/index.ts";
import { emailField } from "./inputs.ts";
import { Refusal } from "./refusal.ts";
import type { Parts } from "./routes.ts";

const role = z.enum(["owner", "instructor", "learner"]);
const who = z.string().min(1).max(320);
const OPERATOR = "operator";

/** What whoever runs the server does about people from its terminal: `meshwork user …`. */
export function userCommands(open: () => Promise<Parts>): Readonly<Record<string, AdminCommand>> {
  const command =
    <S extends z.ZodType>(
      schema: S,
      run: (parts: Parts, params: z.output<S>) => Promise<unknown>,
    ): AdminCommand =>
    async (params) => {
      const parsed = schema.safeParse(params);
      if (!parsed.success)
        throw new AdminRefusal(parsed.error.issues[0]?.message ?? "This is not as agreed.");
      try {
        return await run(await open(), parsed.data);
      } catch (error) {
        if (error instanceof Refusal) throw new AdminRefusal(error.message, { cause: error });
        throw error;
      }
    };
  return {
    "user-list": command(z.strictObject({}), async ({ service }) =>
      (await service.db.people.list()).map(({ id, name, role, email, ways, createdAt }) => ({
        ...{ id, name, role, email, createdAt },
        signsIn: ways.length === 0 ? "by class code" : ways.map(wayName).join(", "),
      })),
    ),
    "user-add": command(z.strictObject({ role }), ({ links }, params) =>
      links.make({ role: params.role, createdBy: OPERATOR }),
    ),
    "user-role": command(z.strictObject({ who, role }), async (parts, params) => {
      const person = await find(parts, params.who);
      await parts.people.setRole(person.id, params.role, OPERATOR);
      return { name: person.name, role: params.role };
    }),
    "user-remove": command(z.strictObject({ who }), async (parts, params) => {
      const person = await find(parts, params.who);
      await parts.people.removePerson(person.id, OPERATOR);
      return { name: person.name };
    }),
    "user-link": command(z.strictObject({ who }), async (parts, params) => {
      const person = await find(parts, params.who);
      return { name: person.name, ...(await parts.people.linkFor(person.id, OPERATOR)) };
    }),
  };
}

const wayName = (way: string) => (way === "credential" ? "password" : "single sign-on");

/** By e-mail address or id; names are not unique. */
async function find({ service }: Parts, given: string): Promise<Person> {
  const { people } = service.db;
  const email = emailField.safeParse(given);
  const found = email.success ? await people.findByEmail(email.data) : await people.find(given);
  if (!found) throw new AdminRefusal(`There is nobody with the e-mail address or id "${given}".`);
  return found;
}
