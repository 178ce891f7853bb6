// What this machine must have, asked before anything is installed. Used by start, test and doctor alike.
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { readdir, readFile, readlink, statfs } from "node:fs/promises";
import { createServer } from "node:net";
import path from "node:path";
import { root } from "./paths.mjs";

const MINIMUM_NODE = [20, 19];
/** node_modules is about 1 GB, the build and a few workspaces fit in the rest. */
const NEEDED_BYTES = 2 * 1024 ** 3;

/** @typedef {{ name: string, ok: boolean, found: string, advice?: string, optional?: boolean }} Finding */

/** Full path of a program on PATH, or undefined. */
export function which(program) {
  for (const folder of (process.env.PATH ?? "").split(path.delimiter))
    if (folder && existsSync(path.join(folder, program))) return path.join(folder, program);
  return undefined;
}

/** @returns {Finding} */
export function checkNode(version = process.versions.node) {
  const [major, minor] = version.split(".").map(Number);
  const ok = major > MINIMUM_NODE[0] || (major === MINIMUM_NODE[0] && minor >= MINIMUM_NODE[1]);
  return {
    name: "Node.js",
    ok,
    found: `v${version}`,
    advice: "Install Node.js 20.19 or newer (22 and 24 are fine): https://nodejs.org",
  };
}

/** @returns {Promise<Finding>} */
export async function checkDisk(installed = existsSync(path.join(root, "node_modules"))) {
  const { bavail, bsize } = await statfs(root);
  const free = bavail * bsize;
  const needed = installed ? NEEDED_BYTES / 8 : NEEDED_BYTES;
  const gib = (bytes) => `${(bytes / 1024 ** 3).toFixed(1)} GiB`;
  return {
    name: "Disk",
    ok: free >= needed,
    found: `${gib(free)} free`,
    advice: `Free some space on the disk of ${root}: ${gib(needed)} are needed.`,
  };
}

/** node-pty ships binaries for glibc Linux, macOS and Windows; elsewhere it compiles. @returns {Finding} */
export function checkCompiler() {
  const glibc =
    process.platform !== "linux" || Boolean(process.report?.getReport().header.glibcVersionRuntime);
  const prebuilt = glibc && ["x64", "arm64"].includes(process.arch);
  const tools = ["python3", "make", "g++"].filter((tool) => !which(tool));
  const found = prebuilt
    ? "not needed: node-pty has a binary for this system"
    : tools.length
      ? `missing: ${tools.join(", ")}`
      : "present";
  return {
    name: "Compiler",
    ok: prebuilt || tools.length === 0,
    found,
    advice:
      "node-pty has no binary for this system and must be compiled: install python3, make and a C++ compiler (Debian: apt-get install python3 make g++; Alpine: apk add python3 make g++).",
  };
}

/** Programs that the labs' commands call. @returns {Finding[]} */
export function checkTools() {
  return [
    { program: "bash", why: "the learner's shell" },
    { program: "curl", why: "labs call services with it" },
    { program: "openssl", why: "labs read certificates with it" },
    { program: "jq", why: "", optional: true },
  ].map(({ program, why, optional = false }) => {
    const where = which(program);
    const stand = optional ? "missing; the bundled one stands in" : "missing";
    return {
      name: program,
      ok: optional || Boolean(where),
      found: where ?? stand,
      optional,
      advice: `Install ${program}: ${why}.`,
    };
  });
}

/** What builds a learner's sandbox, by Debian's package. */
const SANDBOX_TOOLS = { bubblewrap: "bwrap", iproute2: "ip", "util-linux": "setpriv" };

/** The packages of a sandbox that are not here; none elsewhere than on Linux, which alone has sandboxes. */
export function missingForSandbox() {
  if (process.platform !== "linux") return [];
  return Object.entries(SANDBOX_TOOLS).flatMap(([name, program]) =>
    which(program) || existsSync(`/usr/sbin/${program}`) ? [] : [name],
  );
}

/**
 * A class needs it; a laptop does not. The server tries the whole of it when it starts; here only whether the kernel
 * lets us have namespaces at all.
 * @returns {Promise<Finding>}
 */
export async function checkSandbox() {
  const finding = { name: "Sandbox", ok: true, optional: true };
  if (process.platform !== "linux") return { ...finding, found: "none on this system; only Linux has it" };
  const missing = missingForSandbox();
  if (missing.length > 0)
    return { ...finding, found: `missing: ${missing.join(", ")}; a class needs it, one person does not` };
  const walls = [
    "--unshare-user",
    "--unshare-pid",
    "--unshare-net",
    "--ro-bind",
    "/",
    "/",
    "--proc",
    "/proc",
  ];
  try {
    execFileSync("bwrap", [...walls, "true"], { stdio: "pipe", timeout: 10_000 });
    return { ...finding, found: "bubblewrap works: MESHWORK_ISOLATION=sandbox can be had" };
  } catch (error) {
    const why = `${error.stderr ?? error.message}`.trim().split("\n").at(-1);
    return { ...finding, found: `refused by this system (${why}); see docs/isolation.md` };
  }
}

/** @returns {Finding} */
export function checkGit() {
  const where = which("git");
  return { name: "git", ok: true, optional: true, found: where ?? "missing; only developers need it" };
}

/** @returns {Promise<Finding>} */
export async function checkRegistry() {
  try {
    execFileSync("npm", ["ping", "--fetch-retries=0", "--fetch-timeout=8000"], { stdio: "pipe", cwd: root });
    return { name: "npm registry", ok: true, found: "reachable" };
  } catch (error) {
    const text = `${error.stderr ?? error.message}`;
    // A registry that answers, but not to ping, is reachable.
    const answered = /\bE40[0-9]\b/.test(text);
    return {
      name: "npm registry",
      ok: answered,
      found: answered ? "reachable" : "no answer",
      advice:
        "Packages come from the npm registry once, at the first start. Check the network, or set a proxy or mirror: npm config set registry URL.",
    };
  }
}

/** Who listens on a TCP port of this machine, from /proc (Linux); undefined when it cannot be told. */
export async function portOwner(port) {
  const hex = port.toString(16).toUpperCase().padStart(4, "0");
  const tables = await Promise.all(
    ["/proc/net/tcp", "/proc/net/tcp6"].map((file) => readFile(file, "utf8").catch(() => "")),
  );
  const inodes = tables
    .join("\n")
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter((cells) => cells[1]?.endsWith(`:${hex}`) && cells[3] === "0A")
    .map((cells) => `socket:[${cells[9]}]`);
  for (const pid of inodes.length ? (await readdir("/proc")).filter((name) => /^\d+$/.test(name)) : [])
    for (const fd of await readdir(`/proc/${pid}/fd`).catch(() => []))
      if (inodes.includes(await readlink(`/proc/${pid}/fd/${fd}`).catch(() => ""))) {
        const command = (await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => ""))
          .split("\0")
          .join(" ")
          .trim();
        return { pid: Number(pid), command: command.slice(0, 120) };
      }
  return undefined;
}

/** @returns {Promise<Finding>} */
export async function checkPort(port, host = "127.0.0.1") {
  const error = await new Promise((resolve) => {
    const server = createServer()
      .once("error", resolve)
      .listen({ port, host }, () => server.close(() => resolve(undefined)));
  });
  if (!error) return { name: `Port ${port}`, ok: true, found: "free" };
  const owner = error.code === "EADDRINUSE" ? await portOwner(port) : undefined;
  const by = owner
    ? `taken by process ${owner.pid} (${owner.command})`
    : error.code === "EADDRINUSE"
      ? "taken by another process"
      : error.code;
  return {
    name: `Port ${port}`,
    ok: false,
    found: by,
    advice: `Stop that process, or choose another port: PORT=${port + 1} npm start`,
  };
}
