import type { ErrorCode } from "../../contracts/index.ts";

/** What somebody in a class may not do, or not now; the message is for them. */
export class ClassroomRefusal extends Error {
  constructor(
    readonly code: ErrorCode,
    message: string,
  ) {
    super(message);
    this.name = "ClassroomRefusal";
  }
}

export function isClassroomRefusal(error: unknown): error is ClassroomRefusal {
  return error instanceof ClassroomRefusal;
}

/** One answer for "there is none" and "it is none of yours": ids tell nothing. */
export const notYours = (what: string) =>
  new ClassroomRefusal("forbidden", `There is no such ${what} for you.`);
