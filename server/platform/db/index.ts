export type { AuthStore } from "./auth-store.ts";
export type { BoardMember, StepMoment } from "./board-queries.ts";
export type {
  ClassroomChange,
  ClassroomRecord,
  ClassState,
  MembershipRole,
  NewClassroom,
  PauseRecord,
} from "./classes.ts";
export { connectDatabase, type DatabaseConnection } from "./connect.ts";
export type { Database, LabStanding } from "./database.ts";
export type { DumpHead } from "./dump.ts";
export type {
  HandRecord,
  Help,
  HelpSessionRecord,
  MessageRecord,
  NewHand,
  NewHelpSession,
  NewMessage,
} from "./help.ts";
export type { InvitationRecord, NewInvitation } from "./invitations.ts";
export type { JoinCodeRecord } from "./join-codes.ts";
export type { LabTime } from "./lab-times.ts";
export { judgeMigrations, MigrationError } from "./migrations.ts";
export type { DatabaseOptions } from "./open.ts";
export type { BrowserSession, Person, PersonChange } from "./people.ts";
export type { PersonalData } from "./personal-data.ts";
export {
  type EventKind,
  type EventPayload,
  eventKind,
  type RecordedEvent,
  type Standing,
} from "./projection.ts";
export type { AuditRecord, LearnerRecord, Role, SessionRecord } from "./records.ts";
export { database, provideDatabase } from "./shared.ts";
export type { CertificateRecord, NoteRecord } from "./study.ts";
export type { UnusedWorkspace } from "./workspaces.ts";
