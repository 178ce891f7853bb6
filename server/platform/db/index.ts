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
export type { AuditRecord, Database, LabStanding, LearnerRecord, Role, SessionRecord } from "./database.ts";
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
export { judgeMigrations, MigrationError } from "./migrations.ts";
export type { DatabaseOptions } from "./open.ts";
export {
  type EventKind,
  type EventPayload,
  eventKind,
  type RecordedEvent,
  type Standing,
} from "./projection.ts";
export { database, provideDatabase } from "./shared.ts";
