import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { AccountPage } from "../../components/people/index.ts";
import { database } from "../../server/platform/db/index.ts";
import { personShown } from "../people/shown.ts";
import { viewerOrNothing } from "../viewer.ts";

export const metadata: Metadata = { title: "Your account" };

export default async function Page() {
  const viewer = await viewerOrNothing();
  const { people } = await database();
  const person = await people.find(viewer.id);
  if (!person) notFound();
  const sessions = (await people.sessionsOf(viewer.id)).map(({ id, createdAt, ipAddress, userAgent }) => ({
    id,
    since: createdAt.getTime(),
    address: ipAddress || undefined,
    browser: userAgent || undefined,
    current: id === viewer.session,
  }));
  return <AccountPage person={personShown(person)} sessions={sessions} />;
}
