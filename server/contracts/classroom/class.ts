import { z } from "zod";
import { labId, languageTag } from "../lab.ts";

/** The largest class that can be asked for. */
export const MAX_CLASS_LEARNERS = 1_000;

export const classId = z.string().min(1).max(64);
const time = z.number().int().nonnegative();
const className = z.string().trim().min(1).max(120);
const release = z.string().regex(/^\d+\.\d+\.\d+$/);
const capacity = z.number().int().min(1).max(MAX_CLASS_LEARNERS);

/** While a class is paused nobody's time on a step counts. The last pause may be under way: then it has no end. */
export const classPause = z.strictObject({ from: time, to: time.optional() });
export type ClassPause = z.infer<typeof classPause>;

export const classState = z.enum(["planned", "open", "closed", "archived"]);

/** A class as those see it who teach it. */
export const classInfo = z.strictObject({
  id: classId,
  name: z.string(),
  workshop: labId,
  istioVersion: z.string(),
  language: z.string(),
  state: classState,
  startsAt: time.optional(),
  endsAt: time.optional(),
  openedAt: time.optional(),
  closedAt: time.optional(),
  /** Learners go no further than this lab. */
  gateLab: labId.optional(),
  pauses: z.array(classPause),
  /** Workspaces are started this long before `startsAt`; 0: not by themselves. */
  warmMinutes: z.number().int(),
  /** Of the labs as they were when the class was opened: that is what it reads until it closes. */
  contentDigest: z.string().optional(),
  /** The labs on the server's disk are no longer those. */
  contentChanged: z.boolean(),
  /** Learners who may be in it at most; absent: no limit of its own. */
  capacity: z.number().int().optional(),
  learners: z.number().int(),
  connected: z.number().int(),
});
export type ClassInfo = z.infer<typeof classInfo>;

/** What a learner's page must know of the class. */
export const ownClass = z.strictObject({
  id: classId,
  name: z.string(),
  endsAt: time.optional(),
  gateLab: labId.optional(),
  paused: z.boolean(),
});
export type OwnClass = z.infer<typeof ownClass>;

export const classReference = z.strictObject({ class: classId });

export const classCreate = z.strictObject({
  name: className,
  workshop: labId,
  istioVersion: release,
  language: languageTag,
  startsAt: time.optional(),
  endsAt: time.optional(),
  capacity: capacity.optional(),
});
export type ClassCreate = z.infer<typeof classCreate>;

/** Null takes a time or a limit away. Workshop, release and language are settled when the class opens. */
export const classChange = z.strictObject({
  class: classId,
  name: className.optional(),
  workshop: labId.optional(),
  istioVersion: release.optional(),
  language: languageTag.optional(),
  startsAt: time.nullable().optional(),
  endsAt: time.nullable().optional(),
  warmMinutes: z.number().int().min(0).max(120).optional(),
  capacity: capacity.nullable().optional(),
});
export type ClassChange = z.infer<typeof classChange>;

/** Everything that is kept about a class and what its learners did in it, as plain data. */
export interface ClassExport {
  readonly class: object;
  readonly members: readonly object[];
  readonly joinCodes: readonly object[];
  readonly progress: readonly object[];
  /** The newest ones where there are more than are handed out. */
  readonly events: readonly object[];
  readonly messages: readonly object[];
  readonly helpRequests: readonly object[];
  readonly helpSessions: readonly object[];
  readonly audit: readonly object[];
}

/** What a new class can be made of on this server. */
export interface ClassOptions {
  readonly workshops: readonly string[];
  readonly istioVersions: readonly string[];
  readonly languages: readonly string[];
  readonly labs: readonly { readonly id: string; readonly title: string; readonly workshop: string }[];
}

/** How many workspaces this server can run at once, and by what that was found. Bytes and milliseconds. */
export interface CapacityReport {
  readonly cores: number;
  readonly memoryBytes: number;
  readonly availableBytes: number;
  readonly running: number;
  /** What the operator allows. */
  readonly configured?: number;
  /** By memory: of one workspace as it was weighed here, else as it is assumed. */
  readonly fits: number;
  readonly measuring: boolean;
  readonly trial?: {
    readonly lab: string;
    readonly readyMs: number;
    readonly memoryBytes: number;
    readonly cpuMs: number;
  };
  /** Why the last trial failed. */
  readonly problem?: string;
}
