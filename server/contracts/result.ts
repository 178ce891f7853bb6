import { z } from "zod";

/** Closed list of refusals a browser can meet; the message is for people. */
export const errorCode = z.enum([
  "bad-request",
  "not-found",
  "forbidden",
  "too-large",
  "too-many",
  "unavailable",
  "timeout",
  "internal",
]);
export type ErrorCode = z.infer<typeof errorCode>;

export const wireError = z.strictObject({ code: errorCode, message: z.string().max(4000) });
export type WireError = z.infer<typeof wireError>;

/** What every acknowledged event answers with. */
export type Result<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: WireError };

/** Schema of a Result, for whoever receives one over a wire. */
export function resultOf<T extends z.ZodType>(value: T) {
  return z.discriminatedUnion("ok", [
    z.strictObject({ ok: z.literal(true), value }),
    z.strictObject({ ok: z.literal(false), error: wireError }),
  ]);
}
