import type { ClassMessage, HelpSession, LearnerHelp, QueuedHand } from "../../../contracts/index.ts";
import type { ClassroomRecord, HandRecord, HelpSessionRecord, MessageRecord } from "../../db/index.ts";

export function queuedHand(hand: HandRecord): QueuedHand {
  return {
    id: hand.id,
    note: hand.note,
    since: hand.raisedAt.getTime(),
    ...(hand.lab !== null && { lab: hand.lab }),
    ...(hand.step !== null && { step: hand.step }),
    ...(hand.takenByName !== undefined && { takenBy: hand.takenByName }),
    learner: hand.learnerId,
    learnerName: hand.learnerName,
    ...(hand.failing && { failing: hand.failing }),
  };
}

export function helpSession(session: HelpSessionRecord): HelpSession {
  const { id, grantedAt, endedAt, askedAt, endReason } = session;
  return {
    id,
    classroom: session.classroomId,
    learner: session.learnerId,
    learnerName: session.learnerName,
    instructor: session.instructorId,
    instructorName: session.instructorName,
    // Only "view" and "type" are ever written.
    mode: session.mode === "type" ? "type" : "view",
    reason: session.reason,
    state: endedAt ? "ended" : grantedAt ? "granted" : "asked",
    since: (endedAt ?? grantedAt ?? askedAt).getTime(),
    ...(endReason !== null && { ended: endReason }),
  };
}

const kinds = ["text", "hint", "command", "jump"] as const;

export function classMessage(message: MessageRecord): ClassMessage {
  return {
    id: message.id,
    classroom: message.classroomId,
    ...(message.learnerId !== null && { learner: message.learnerId }),
    author: message.authorId,
    authorName: message.authorName,
    fromInstructor: message.fromInstructor,
    kind: kinds.find((kind) => kind === message.kind) ?? "text",
    text: message.text,
    ...(message.lab !== null && { lab: message.lab }),
    ...(message.step !== null && { step: message.step }),
    at: message.at.getTime(),
  };
}

interface LearnerHelpParts {
  readonly classroom: ClassroomRecord | undefined;
  readonly learner: string;
  /** All hands of the class, in order. */
  readonly hands: readonly HandRecord[];
  readonly sessions: readonly HelpSessionRecord[];
  readonly messages: readonly MessageRecord[];
}

export function learnerHelp({
  classroom,
  learner,
  hands,
  sessions,
  messages,
}: LearnerHelpParts): LearnerHelp {
  const at = hands.findIndex(({ learnerId }) => learnerId === learner);
  const mine = hands[at];
  // Who a learner is, and what fails, the learner knows; it stays out of their own hand.
  const { learner: _learner, learnerName: _name, failing: _failing, ...hand } = mine ? queuedHand(mine) : {};
  return {
    ...(classroom && { classroom: { id: classroom.id, name: classroom.name } }),
    ...(mine && {
      hand: { ...hand, id: mine.id, note: mine.note, since: mine.raisedAt.getTime(), place: at + 1 },
    }),
    sessions: sessions.map(helpSession),
    messages: messages.map(classMessage),
  };
}
