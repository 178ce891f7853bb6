import type { PersonShown } from "../../server/contracts/index.ts";
import type { Person } from "../../server/platform/db/index.ts";

export const personShown = ({
  id,
  name,
  role,
  email,
  emailVerified,
  createdAt,
  ways,
}: Person): PersonShown => ({
  ...{ id, name, role, emailVerified },
  email: email ?? undefined,
  joined: createdAt.getTime(),
  ways: ways.map((way) => (way === "credential" ? "password" : "single sign-on")),
});
