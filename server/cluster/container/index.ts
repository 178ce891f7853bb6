export type {
  ContainerContext,
  ContainerFiles,
  ContainerShell,
  ExecIO,
  PodFacts,
  Program,
  RunningProgram,
  Usage,
} from "./program.ts";
