import type { StudyEvents } from "../../contracts/index.ts";
import { type StudyDesk, StudyRefusal } from "../study/index.ts";
import { type HandlersOf, Refused, type RolesOf } from "./handler-types.ts";

const all = ["owner", "instructor", "learner"] as const;

/** Everybody keeps their own: no event names a learner. */
export const studyRoles: RolesOf<keyof StudyEvents> = {
  "notes:list": all,
  "notes:save": all,
  "certificate:ask": all,
};

export function studyHandlers(study: StudyDesk): HandlersOf<keyof StudyEvents> {
  return {
    "notes:list": ({ viewer }, { lab }) => study.notes(viewer.id, lab),
    "notes:save": ({ viewer }, change) => refusing(study.keep(viewer.id, change)),
    "certificate:ask": ({ viewer }, { lab }) => refusing(study.certify(viewer.id, lab)),
  };
}

async function refusing<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw error instanceof StudyRefusal ? new Refused(error.code, error.message) : error;
  }
}
