import type { OneTimeLink } from "../../server/contracts/index.ts";

// What the server answers, read by hand: a schema library in the browser would try to make functions of strings, which the
// page's policy refuses.

type Fields = Readonly<Record<string, unknown>>;

const fieldsOf = (value: unknown): Fields =>
  typeof value === "object" && value !== null ? Object.fromEntries(Object.entries(value)) : {};

export function linkIn(value: unknown): OneTimeLink | undefined {
  const { url, expiresAt } = fieldsOf(value);
  return typeof url === "string" && typeof expiresAt === "string" ? { url, expiresAt } : undefined;
}

export function endedIn(value: unknown): { readonly ended: number; readonly signedOut: boolean } {
  const { ended, signedOut } = fieldsOf(value);
  return { ended: typeof ended === "number" ? ended : 0, signedOut: signedOut === true };
}
