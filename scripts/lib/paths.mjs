import path from "node:path";
import { fileURLToPath } from "node:url";

/** The project's root folder, wherever the command was typed. */
export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
export const inRoot = (...parts) => path.join(root, ...parts);
/** What was made from the sources and may be deleted at any time. */
export const cacheDir = inRoot(".cache");
export const toolboxBin = inRoot("dist", "toolbox", "bin");
