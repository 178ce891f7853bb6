import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { loadAll } from "js-yaml";
import { at, isTree, type Tree } from "../../../cluster/istio/install/index.ts";
import type { Command, CommandContext } from "../command.ts";
import { CommandError, Ended, notSupported } from "../errors.ts";
import { DRY_RUN } from "../install/flags.ts";
import { compareManifests, type Manifest } from "./compare.ts";

/** `istioctl manifest diff` of releases before 1.24 (operator/cmd/mesh/manifest-diff.go). */
export const diff: Command = {
  name: "diff",
  short: "Compare manifests and generate diff",
  usage: "diff <file|dir> <file|dir> [flags]",
  flags: [
    DRY_RUN,
    { name: "directory", short: "r", type: "bool" },
    { name: "verbose", short: "v", type: "bool" },
    { name: "select", type: "string" },
    { name: "ignore", type: "string" },
    { name: "rename", type: "string" },
  ],
  before: "1.24",
  run,
};

async function run({ args, stdout }: CommandContext): Promise<void> {
  const [a, b] = args.operands;
  if (a === undefined || b === undefined || args.operands.length > 2)
    throw new CommandError("diff requires two files or directories");
  if (args.text("rename")) throw notSupported("istioctl manifest diff --rename");
  const select = patterns(args.text("select") ?? "::");
  const ignore = patterns(args.text("ignore") ?? "");
  const wanted = (name: string) =>
    select.some((one) => one.test(name)) && !ignore.some((one) => one.test(name));
  const read = args.flag("directory") ? readFolder : readFile;
  const [left, right] = [objectsOf(read(a), wanted), objectsOf(read(b), wanted)];
  const difference = compareManifests(left, right, { verbose: args.flag("verbose") === true });
  if (!difference) {
    stdout("Manifests are identical\n");
    return;
  }
  stdout(`Differences in manifests are:\n${difference}\n`);
  throw new Ended(1);
}

/** `Kind:namespace:name` with * or nothing for any. */
function patterns(text: string): readonly RegExp[] {
  return text
    .split(",")
    .filter(Boolean)
    .map((one) => {
      const parts = one.trim().split(":").slice(0, 3);
      const escaped = parts.map((part) =>
        part.split("*").map((piece) => piece.replace(/[.+?^${}()|[\]\\]/g, "\\$&")),
      );
      return new RegExp(escaped.map((pieces) => (pieces.join("") ? pieces.join(".*") : ".*")).join(":"));
    });
}

function readFile(name: string): string {
  try {
    return readFileSync(name, "utf8");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    const why =
      code === "EISDIR" ? `read ${name}: is a directory` : `open ${name}: no such file or directory`;
    throw new CommandError(`could not read ${JSON.stringify(name)}: ${why}`, { cause: error });
  }
}

/** Every .yaml file below, as one text. */
function readFolder(name: string): string {
  try {
    const files = readdirSync(name, { recursive: true, encoding: "utf8" }).filter((file) =>
      file.endsWith(".yaml"),
    );
    return files
      .sort()
      .map((file) => readFile(path.join(name, file)))
      .join("\n---\n");
  } catch (error) {
    if (error instanceof CommandError) throw error;
    throw new CommandError(`lstat ${name}: no such file or directory`, { cause: error });
  }
}

function objectsOf(text: string, wanted: (name: string) => boolean): Manifest {
  const objects = documents(text).flatMap((object) => {
    const name = [
      object.kind,
      at(object, "metadata", "namespace") ?? "",
      at(object, "metadata", "name"),
    ].join(":");
    return wanted(name) ? [[name, object] as const] : [];
  });
  return new Map(objects);
}

function documents(text: string): readonly Tree[] {
  try {
    return loadAll(text).filter(isTree);
  } catch (error) {
    throw new CommandError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}
