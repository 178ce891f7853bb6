import { existsSync, realpathSync } from "node:fs";
import path from "node:path";

/**
 * What a workspace host must be able to read, out of the paths that the settings name: their real ones, each once, none
 * within another. A wall shows a host nothing else.
 */
export function readablePaths(paths: readonly string[]): string[] {
  const real = [...new Set(paths.filter((file) => existsSync(file)).map((file) => realpathSync(file)))];
  return real.filter(
    (file) => !real.some((other) => other !== file && file.startsWith(`${other}${path.sep}`)),
  );
}

/** The folders of the programs that a command names by their full path. */
export function foldersOf(command: readonly string[]): string[] {
  return command
    .filter((word) => path.isAbsolute(word) && existsSync(word))
    .map((word) => path.dirname(word));
}
