import { headers } from "next/headers";
import { notFound } from "next/navigation";
import type { ViewerShown } from "../server/contracts/index.ts";
import { currentViewer } from "../server/platform/auth/index.ts";

/** On a laptop there are no accounts, and nothing of them is shown. */
export const inClass = () => process.env.MESHWORK_MODE === "class";

export async function viewerShown(): Promise<ViewerShown | undefined> {
  const viewer = inClass() ? await currentViewer(await headers()) : undefined;
  return viewer && { name: viewer.name, role: viewer.role };
}

/** For pages of accounts: who asks, as the database knows them now. Elsewhere, and for anybody else, there is no such page. */
export async function viewerOrNothing() {
  const viewer = inClass() ? await currentViewer(await headers()) : undefined;
  if (!viewer) notFound();
  return viewer;
}
