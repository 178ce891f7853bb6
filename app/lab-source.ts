import path from "node:path";
import { headers } from "next/headers";
import { currentViewer } from "../server/platform/auth/index.ts";
import { type ClassroomRecord, database } from "../server/platform/db/index.ts";
import type { LabsOptions } from "../server/platform/labs/index.ts";

/** A class reads the labs it was opened with; where its copy lies is said by the server that made these pages run. */
export function classLabs({ contentDigest, istioVersion }: ClassroomRecord): LabsOptions {
  const pins = process.env.MESHWORK_PINS_DIR;
  return { istioVersion, ...(contentDigest && pins && { contentDir: path.join(pins, contentDigest) }) };
}

/** What the person who asks for this page reads: their class's labs, else the server's own. */
export async function viewersLabs(): Promise<LabsOptions> {
  const viewer = await currentViewer(await headers());
  const classroom = viewer && (await (await database()).classes.studies(viewer.id));
  if (classroom) return classLabs(classroom);
  const istioVersion = process.env.MESHWORK_ISTIO_VERSION;
  return istioVersion ? { istioVersion } : {};
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
