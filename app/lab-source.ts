import path from "node:path";
import { cookies, headers } from "next/headers";
import { languageTag } from "../server/contracts/index.ts";
import { currentViewer } from "../server/platform/auth/index.ts";
import { type ClassroomRecord, database } from "../server/platform/db/index.ts";
import type { LabsOptions } from "../server/platform/labs/index.ts";

/** A class reads the labs it was opened with; where its copy lies is said by the server that made these pages run. */
export function classLabs({ contentDigest, istioVersion }: ClassroomRecord): LabsOptions {
  const pins = process.env.MESHWORK_PINS_DIR;
  return { istioVersion, ...(contentDigest && pins && { contentDir: path.join(pins, contentDigest) }) };
}

/** Authors see what is wrong with what they write. */
export const previewing = () => process.env.MESHWORK_PREVIEW === "1";

/** What the person who asks for this page reads: their class's labs, else the server's own, in their language. */
export async function viewersLabs(): Promise<LabsOptions> {
  const viewer = await currentViewer(await headers());
  const classroom = viewer && (await (await database()).classes.studies(viewer.id));
  const language = (await chosenLanguage()) ?? classroom?.language;
  const how = { language, strict: previewing() };
  if (classroom) return { ...classLabs(classroom), ...how };
  const istioVersion = process.env.MESHWORK_ISTIO_VERSION;
  return { ...(istioVersion && { istioVersion }), ...how };
}

/** As the page's cookie says; undefined: nothing was chosen. */
async function chosenLanguage(): Promise<string | undefined> {
  return languageTag.safeParse((await cookies()).get("meshwork-language")?.value).data;
}

/** The class, if the person who asks for this page teaches it or owns the server. */
export async function taughtClass(id: string): Promise<ClassroomRecord | undefined> {
  const viewer = await currentViewer(await headers());
  if (!viewer) return undefined;
  const { classes } = await database();
  const [found, role] = await Promise.all([classes.find(id), classes.roleIn(id, viewer.id)]);
  const may = viewer.role === "owner" || (viewer.role === "instructor" && role === "instructor");
  return may ? found : undefined;
}
