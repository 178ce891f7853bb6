import { z } from "zod";
import { displayName } from "./display-name.ts";
import { EMAIL_LENGTH, PASSWORD_LENGTH } from "./limits.ts";

// Bodies of the accounts' requests. The messages are read by whoever filled the form.

export const emailField = z
  .string()
  .max(EMAIL_LENGTH, "This e-mail address is too long.")
  .transform((text) => text.trim().toLowerCase())
  .pipe(z.email("This is no e-mail address."));

export const passwordField = z
  .string()
  .min(PASSWORD_LENGTH.min, `A password has at least ${PASSWORD_LENGTH.min} characters.`)
  .max(PASSWORD_LENGTH.max, `A password has at most ${PASSWORD_LENGTH.max} characters.`);

export const nameField = z
  .string()
  .max(1_000, "This name is too long.")
  .transform((text, context) => {
    const name = displayName(text);
    if (name !== undefined) return name;
    context.addIssue({ code: "custom", message: "A name has at least one letter or digit." });
    return z.NEVER;
  });

const token = z.string().max(200);
const id = z.string().min(1).max(100);

export const bodies = {
  join: z.strictObject({ code: z.string().max(200), name: nameField.optional() }),
  seeLink: z.strictObject({ token }),
  useLink: z.strictObject({
    token,
    name: nameField.optional(),
    email: emailField.optional(),
    password: passwordField,
  }),
  signIn: z.strictObject({ email: emailField, password: z.string().max(PASSWORD_LENGTH.max) }),
  forgotten: z.strictObject({ email: emailField }),
  reset: z.strictObject({ token, password: passwordField }),
  rename: z.strictObject({ name: nameField }),
  claim: z.strictObject({ email: emailField, password: passwordField }),
  changePassword: z.strictObject({ current: z.string().max(PASSWORD_LENGTH.max), password: passwordField }),
  endSessions: z.strictObject({ session: id.optional(), others: z.boolean().optional() }),
  deleteAccount: z.strictObject({ name: z.string().max(1_000) }),
  person: z.strictObject({ id }),
  role: z.strictObject({ id, role: z.enum(["owner", "instructor", "learner"]) }),
  invite: z.strictObject({ role: z.enum(["owner", "instructor", "learner"]) }),
  classroom: z.strictObject({ classroom: id }),
  joinCode: z.strictObject({ classroom: id, days: z.number().int().min(1).max(90).optional() }),
  nothing: z.strictObject({}),
} as const;
