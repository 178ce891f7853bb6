export type {
  ContainerContext,
  ContainerFiles,
  ContainerShell,
  ExecIO,
  PodFacts,
  Program,
  RunningProgram,
} from "./program.ts";
