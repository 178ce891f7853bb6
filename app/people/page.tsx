import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { PeoplePage } from "../../components/people/index.ts";
import { database } from "../../server/platform/db/index.ts";
import { viewerOrNothing } from "../viewer.ts";
import { personShown } from "./shown.ts";

export const metadata: Metadata = { title: "People" };

export default async function Page() {
  const viewer = await viewerOrNothing();
  if (viewer.role !== "owner") notFound();
  const people = await (await database()).people.list();
  return <PeoplePage people={people.map(personShown)} me={viewer.id} />;
}
