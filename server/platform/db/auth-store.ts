import type { prismaAdapter } from "better-auth/adapters/prisma";
import type { PrismaClient } from "./generated/client.ts";

export type AuthStore = ReturnType<typeof prismaAdapter>;

/** The tables of the accounts' library, for that library alone. Loaded in class mode only. */
export async function authStore(prisma: PrismaClient): Promise<AuthStore> {
  const { prismaAdapter } = await import("better-auth/adapters/prisma");
  // No transaction of the library's: within it its hooks ask us, over a connection of their own, and PGlite has but one.
  return prismaAdapter(prisma, { provider: "postgresql", transaction: false });
}
