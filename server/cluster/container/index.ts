export type {
  ContainerContext,
  ContainerFiles,
  ExecIO,
  PodFacts,
  Program,
  RunningProgram,
} from "./program.ts";
