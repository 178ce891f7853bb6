import { z } from "zod";

/** A session for somebody who proved who they are in a way of ours: a class code, a link that is good once. No route leads here. */
export async function sessionPlugin() {
  const [{ createAuthEndpoint }, { setSessionCookie }] = await Promise.all([
    import("better-auth/api"),
    import("better-auth/cookies"),
  ]);
  return {
    id: "meshwork" as const,
    endpoints: {
      startSession: createAuthEndpoint.serverOnly(
        { method: "POST", body: z.object({ learner: z.string() }), requireHeaders: true },
        async (context) => {
          const { internalAdapter } = context.context;
          const user = await internalAdapter.findUserById(context.body.learner);
          const session = user && (await internalAdapter.createSession(user.id));
          if (!user || !session) return { started: false };
          await setSessionCookie(context, { session, user });
          return { started: true };
        },
      ),
    },
  };
}
