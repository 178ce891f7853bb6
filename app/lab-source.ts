import path from "node:path";
import { headers } from "next/headers";
import { currentViewer } from "../server/platform/auth/index.ts";
import { type ClassroomRecord, database } from "../server/platform/db/index.ts";
import type { LabsOptions } from "../server/platform/labs/index.ts";
import { labsLanguage, viewersClass } from "./language.ts";

/** A class reads the labs it was opened with; where its copy lies is said by the server that made these pages run. */
export function classLabs({ contentDigest, istioVersion }: ClassroomRecord): LabsOptions {
  const pins = process.env.MESHWORK_PINS_DIR;
  return { istioVersion, ...(contentDigest && pins && { contentDir: path.join(pins, contentDigest) }) };
}

/** Authors see what is wrong with what they write. */
export const previewing = () => process.env.MESHWORK_PREVIEW === "1";

/** What the person who asks for this page reads: their class's labs, else the server's own, in their language. */
export async function viewersLabs(): Promise<LabsOptions> {
  const classroom = await viewersClass();
  const how = { language: await labsLanguage(), strict: previewing() };
  if (classroom) return { ...classLabs(classroom), ...how };
  const istioVersion = process.env.MESHWORK_ISTIO_VERSION;
  return { ...(istioVersion && { istioVersion }), ...how };
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
