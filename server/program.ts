// What the build puts in front of a program that it has bundled into one file: runs it from V8's code cache. Parsing and
// compiling is most of what a start costs, and lazily compiled code is smaller in memory for having been chosen by a run.
// The build makes the cache. Where it does not fit (another Node, other flags) the program runs all the same, and leaves
// a fitting one behind if it may write.
import "./cluster/heap.ts";
import { createHash } from "node:crypto";
import { subscribe } from "node:diagnostics_channel";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import vm from "node:vm";

/** Set by the build: the bundle beside this file, and its digest. V8 itself compares little more than lengths. */
declare const BUNDLE: string;
declare const DIGEST: string;

const file = path.join(import.meta.dirname, BUNDLE);
const flags = createHash("sha256")
  .update([process.version, process.arch, process.env.NODE_OPTIONS ?? "", ...process.execArgv].join("\n"))
  .digest("hex");
const cacheFile = path.join(import.meta.dirname, "code-cache", `${BUNDLE}-${DIGEST}-${flags.slice(0, 16)}`);

function readCache(): Buffer | undefined {
  try {
    return readFileSync(cacheFile);
  } catch {
    return undefined; // none yet
  }
}

const cachedData = readCache();
// The build writes ASCII: a byte a character, in memory too.
const source = readFileSync(file, "latin1");
const parameters = "exports,require,module,__filename,__dirname,__import";
const script = new vm.Script(`(function(${parameters}){${source}\n})`, { filename: file, cachedData });

// A program says so when it has come up: what it needed until then is compiled, and little else.
if (cachedData === undefined || script.cachedDataRejected) subscribe("meshwork:started", writeCache);

function writeCache(): void {
  const part = `${cacheFile}.${process.pid}`;
  try {
    mkdirSync(path.dirname(cacheFile), { recursive: true });
    writeFileSync(part, script.createCachedData());
    renameSync(part, cacheFile);
  } catch {
    return; // not ours to write: every start compiles
  }
}

const run: unknown = script.runInThisContext();
if (typeof run !== "function") throw new Error(`${file} is not a bundled program`);
const module = { exports: {} };
const load = (name: string): Promise<unknown> => import(name);
run(module.exports, createRequire(file), module, file, import.meta.dirname, load);
