import { z } from "zod";
import { labId } from "../lab.ts";
import type { Result } from "../result.ts";
import { type ClassActionNews, type ClassActionPreview, classActionRequest } from "./action.ts";
import { type ClassBoard, type ClassReport, type ClassRows, learnerInClass, type StepPace } from "./board.ts";
import {
  type CapacityReport,
  type ClassExport,
  type ClassInfo,
  type ClassOptions,
  classChange,
  classCreate,
  classId,
  classReference,
  classState,
  type OwnClass,
} from "./class.ts";
import { type PreflightFinding, preflight } from "./preflight.ts";
import type { WallNews, WallTile } from "./wall.ts";
import { wallRequest } from "./wall.ts";

type Answer<T> = (result: Result<T>) => void;
type Of<E extends keyof typeof classRequests> = z.infer<(typeof classRequests)[E]>;

/** What pages ask of a class. All but `class:mine` and the pre-flight are for those who teach the class that is named, and for the owner. */
export const classRequests = {
  "class:list": z.strictObject({}),
  "class:options": z.strictObject({}),
  "class:create": classCreate,
  "class:change": classChange,
  "class:move": z.strictObject({ class: classId, to: classState }),
  "class:repin": classReference,
  "class:export": classReference,
  "class:delete": z.strictObject({ class: classId, name: z.string().max(200), learners: z.boolean() }),
  "class:remove-learner": learnerInClass,
  "class:board": classReference,
  "class:leave-board": classReference,
  "class:report": classReference,
  "class:wall": wallRequest,
  "class:gate": z.strictObject({ class: classId, lab: labId.nullable() }),
  "class:pause": z.strictObject({ class: classId, paused: z.boolean() }),
  "class:extend": z.strictObject({ class: classId, minutes: z.number().int().min(1).max(600) }),
  "class:action-preview": classActionRequest,
  "class:action": classActionRequest,
  "class:warm": classReference,
  "class:capacity": z.strictObject({ measure: z.boolean().default(false) }),
  "class:mine": z.strictObject({}),
  "preflight:ping": z.strictObject({}),
  "preflight:report": preflight,
} as const;

export interface ClassEvents {
  /** Newest first; the owner is shown every class. */
  "class:list": (request: Of<"class:list">, answer: Answer<ClassInfo[]>) => void;
  "class:options": (request: Of<"class:options">, answer: Answer<ClassOptions>) => void;
  "class:create": (request: Of<"class:create">, answer: Answer<ClassInfo>) => void;
  "class:change": (request: Of<"class:change">, answer: Answer<ClassInfo>) => void;
  "class:move": (request: Of<"class:move">, answer: Answer<ClassInfo>) => void;
  /** From now on the class reads the labs as they are on the server now; its learners' workspaces are stopped once. */
  "class:repin": (request: Of<"class:repin">, answer: Answer<ClassInfo>) => void;
  "class:export": (request: Of<"class:export">, answer: Answer<ClassExport>) => void;
  /**
   * For good, with its messages and codes; the name typed once more. `learners`: also those who joined by its code, have no
   * account and are in no other class, with all that they made. Answers with how many of them.
   */
  "class:delete": (request: Of<"class:delete">, answer: Answer<{ removed: number }>) => void;
  /** Out of the class; the person and their work stay. */
  "class:remove-learner": (request: Of<"class:remove-learner">, answer: Answer<null>) => void;
  /** Answers with everything; `class:rows`, `class:info` and `class:paces` follow until the page leaves. */
  "class:board": (request: Of<"class:board">, answer: Answer<ClassBoard>) => void;
  "class:leave-board": (request: Of<"class:leave-board">, answer: Answer<null>) => void;
  "class:report": (request: Of<"class:report">, answer: Answer<ClassReport>) => void;
  /** Answers with the pictures that are at hand; `class:wall` follow until the page names none, or leaves. */
  "class:wall": (request: Of<"class:wall">, answer: Answer<WallTile[]>) => void;
  "class:gate": (request: Of<"class:gate">, answer: Answer<ClassInfo>) => void;
  "class:pause": (request: Of<"class:pause">, answer: Answer<ClassInfo>) => void;
  "class:extend": (request: Of<"class:extend">, answer: Answer<ClassInfo>) => void;
  "class:action-preview": (request: Of<"class:action-preview">, answer: Answer<ClassActionPreview>) => void;
  /** Answers when it has begun; `class:action-news` follow. */
  "class:action": (request: Of<"class:action">, answer: Answer<{ run: string }>) => void;
  /** Starts the workspaces of all its learners; answers when it has begun, `class:action-news` follow. */
  "class:warm": (request: Of<"class:warm">, answer: Answer<{ run: string }>) => void;
  /** With `measure`, one workspace is started to be weighed; asked again, the answer has the result. */
  "class:capacity": (
    request: z.input<(typeof classRequests)["class:capacity"]>,
    answer: Answer<CapacityReport>,
  ) => void;
  /** The open class the sender learns in; null: none. */
  "class:mine": (request: Of<"class:mine">, answer: Answer<OwnClass | null>) => void;
  /** Nothing but an answer, to be timed. */
  "preflight:ping": (request: Of<"preflight:ping">, answer: Answer<null>) => void;
  /** Kept for the instructors of the sender's class; answers with what it means. */
  "preflight:report": (request: Of<"preflight:report">, answer: Answer<PreflightFinding>) => void;
}

/** Web to the pages of those who look at a class's board; `class:mine` to learners. */
export interface ClassNews {
  "class:rows": (rows: ClassRows) => void;
  "class:info": (info: ClassInfo) => void;
  "class:paces": (paces: { readonly class: string; readonly paces: readonly StepPace[] }) => void;
  "class:action-news": (news: ClassActionNews) => void;
  /** To pages that look at a mesh wall: pictures that changed. */
  "class:wall": (news: WallNews) => void;
  "class:mine": (own: OwnClass | null) => void;
}
