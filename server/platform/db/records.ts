import type { Audit, Learner } from "./generated/client.ts";

export type Role = Learner["role"];

export interface LearnerRecord {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
}

/** Somebody who is signed in, and by which session. */
export interface SessionRecord extends LearnerRecord {
  readonly session: string;
}

export type AuditRecord = Readonly<Audit>;
