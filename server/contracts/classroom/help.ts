import { z } from "zod";
import { labId, stepId } from "../lab.ts";
import type { Result } from "../result.ts";
import { terminalId } from "../terminal.ts";

// Help in a class: a raised hand, a watched or shared terminal, and messages. Everything names its class; who may do what
// is decided by the server for each event, from the database.

export const classroomId = z.string().regex(/^[A-Za-z0-9-]{1,64}$/);
export const personId = z.string().min(1).max(64);
const requestId = z.uuid();
const text = z.string().trim().min(1).max(2_000);

/** What an instructor may do with a learner's terminal once the learner has agreed. */
export const helpMode = z.enum(["view", "type"]);
export type HelpMode = z.infer<typeof helpMode>;

/** A hand that is up. Times are milliseconds since the epoch. */
export const raisedHand = z.strictObject({
  id: requestId,
  note: z.string(),
  since: z.number(),
  lab: labId.optional(),
  step: stepId.optional(),
  /** The name of the instructor who is on it. */
  takenBy: z.string().optional(),
});
export type RaisedHand = z.infer<typeof raisedHand>;

/** One instructor and one learner's terminal, from the question to the end. */
export const helpSession = z.strictObject({
  id: requestId,
  classroom: classroomId,
  learner: personId,
  learnerName: z.string(),
  instructor: personId,
  instructorName: z.string(),
  mode: helpMode,
  reason: z.string(),
  state: z.enum(["asked", "granted", "ended"]),
  since: z.number(),
  /** Why it ended: one sentence for both. */
  ended: z.string().optional(),
});
export type HelpSession = z.infer<typeof helpSession>;

/** Said in a class: by a learner to the instructors, by an instructor to one learner or, as a broadcast, to all. */
export const classMessage = z.strictObject({
  id: requestId,
  classroom: classroomId,
  /** Whose thread it belongs to; absent: everybody's. */
  learner: personId.optional(),
  author: personId,
  authorName: z.string(),
  fromInstructor: z.boolean(),
  kind: z.enum(["text", "hint", "command", "jump"]),
  /** The words; for "command" what to type. */
  text: z.string(),
  /** Where a "jump" leads. */
  lab: labId.optional(),
  step: stepId.optional(),
  at: z.number(),
});
export type ClassMessage = z.infer<typeof classMessage>;

/** All that a learner's page shows of help; `classroom` is absent when they learn in no open class. */
export interface LearnerHelp {
  readonly classroom?: { readonly id: string; readonly name: string };
  readonly hand?: RaisedHand & { readonly place: number };
  readonly sessions: readonly HelpSession[];
  readonly messages: readonly ClassMessage[];
}

/** One entry of an instructor's queue, longest waiting first. */
export interface QueuedHand extends RaisedHand {
  readonly learner: string;
  readonly learnerName: string;
  readonly failing?: { readonly condition: string; readonly message: string };
}

export interface HelpQueue {
  readonly classroom: string;
  readonly hands: readonly QueuedHand[];
  /** The asker's own, not those of other instructors. */
  readonly sessions: readonly HelpSession[];
}

/** A learner as an instructor who helps sees them. */
export interface LearnerDetail {
  readonly messages: readonly ClassMessage[];
  /** Newest last. Only while the hand is up or a session is granted; else absent. */
  readonly commands?: readonly string[];
  readonly terminals: readonly string[];
}

/** A terminal's screen as it is now. A later one replaces it; some in between may never come. */
export interface TerminalPicture {
  readonly session: string;
  readonly terminal: string;
  readonly cols: number;
  readonly rows: number;
  /** To be written to a terminal of that size after a reset. */
  readonly screen: string;
}

const inClass = z.strictObject({ classroom: classroomId });
const ofLearner = z.strictObject({ classroom: classroomId, learner: personId });
const ofSession = z.strictObject({ session: requestId });

export const helpRequests = {
  "help:state": z.strictObject({}),
  "help:raise": z.strictObject({
    id: requestId,
    note: z.string().trim().max(500),
    lab: labId.optional(),
    step: stepId.optional(),
  }),
  "help:lower": z.strictObject({}),
  "help:answer": z.strictObject({ session: requestId, allow: z.boolean() }),
  "help:end": ofSession,
  "help:say": z.strictObject({ id: requestId, text }),
  "help:queue": inClass,
  "help:learner": ofLearner,
  "help:take": ofLearner,
  "help:done": ofLearner,
  "help:ask": z.strictObject({
    id: requestId,
    classroom: classroomId,
    learner: personId,
    mode: helpMode,
    reason: z.string().trim().min(1).max(200),
  }),
  "help:watch": z.strictObject({ session: requestId, terminal: terminalId }),
  "help:type": z.strictObject({
    session: requestId,
    terminal: terminalId,
    data: z.string().min(1).max(4_096),
  }),
  "help:tell": z.strictObject({
    id: requestId,
    classroom: classroomId,
    /** Absent: the whole class. */
    learners: z.array(personId).min(1).max(1_000).optional(),
    kind: classMessage.shape.kind,
    text,
    lab: labId.optional(),
    step: stepId.optional(),
  }),
} as const;
export type HelpEventName = keyof typeof helpRequests;
export type HelpParams<E extends HelpEventName> = z.infer<(typeof helpRequests)[E]>;

type Answer<T> = (result: Result<T>) => void;

/** Browser to web. The first six are a learner's, the others an instructor's. */
export interface HelpEvents {
  "help:state": (request: Record<string, never>, answer: Answer<LearnerHelp>) => void;
  /** Raises the hand, or changes the note of the one that is up. */
  "help:raise": (request: HelpParams<"help:raise">, answer: Answer<LearnerHelp>) => void;
  "help:lower": (request: Record<string, never>, answer: Answer<LearnerHelp>) => void;
  "help:answer": (request: HelpParams<"help:answer">, answer: Answer<LearnerHelp>) => void;
  /** Either side, at any time. */
  "help:end": (request: HelpParams<"help:end">, answer: Answer<null>) => void;
  "help:say": (request: HelpParams<"help:say">, answer: Answer<LearnerHelp>) => void;
  /** Answers with the queue; `help:queue` events follow on this socket. */
  "help:queue": (request: HelpParams<"help:queue">, answer: Answer<HelpQueue>) => void;
  "help:learner": (request: HelpParams<"help:learner">, answer: Answer<LearnerDetail>) => void;
  /** Says that this instructor is on it. */
  "help:take": (request: HelpParams<"help:take">, answer: Answer<null>) => void;
  /** Takes the hand down. */
  "help:done": (request: HelpParams<"help:done">, answer: Answer<null>) => void;
  "help:ask": (request: HelpParams<"help:ask">, answer: Answer<HelpSession>) => void;
  /** Pictures follow on this socket while the session is granted. */
  "help:watch": (request: HelpParams<"help:watch">, answer: Answer<null>) => void;
  "help:type": (request: HelpParams<"help:type">, answer: Answer<null>) => void;
  /** Answers with how many were told. */
  "help:tell": (request: HelpParams<"help:tell">, answer: Answer<{ told: number }>) => void;
}

/** Web to browser. */
export interface HelpNews {
  /** To the learner's pages: everything anew. */
  "help:state": (state: LearnerHelp) => void;
  /** To the class's instructors: the queue anew, without sessions. */
  "help:queue": (queue: Pick<HelpQueue, "classroom" | "hands">) => void;
  /** To the instructor's pages. */
  "help:session": (session: HelpSession) => void;
  /** To the class's instructors, and to whom it is for: somebody said something. */
  "help:message": (message: ClassMessage) => void;
  /** To a learner whose hand is up: the place in the queue, 1 is next. */
  "help:place": (place: number) => void;
  /** Acknowledged when it is shown; meanwhile later ones replace each other. */
  "help:picture": (picture: TerminalPicture, shown: () => void) => void;
}
