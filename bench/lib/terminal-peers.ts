// Web terminals to compare with, each behind the same face: type, and be told of output.
import { chmodSync, existsSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import path from "node:path";
import { io } from "socket.io-client";
import { WebSocket } from "ws";
import { lockOwner } from "../../server/workspace/index.ts";
import { pause, within } from "./measure.ts";
import { atEnd, jsonWith, lineOf, peer, root, runToEnd, start, temporaryFolder } from "./processes.ts";
import { openPage, openTerminal, prepareLab, signIn, startWeb } from "./web.ts";

export interface WebTerminal {
  readonly name: string;
  type(text: string): void;
  /** Called with each piece of output; the last one given counts. */
  onOutput(take: (data: Uint8Array) => void): void;
  /** Processes that hold output on its way to a client. */
  readonly servers: readonly number[];
}

export type Attempt = WebTerminal | { readonly name: string; readonly reason: string };

class Output {
  take: (data: Uint8Array) => void = () => undefined;
}

export async function meshwork(): Promise<WebTerminal> {
  const folder = temporaryFolder();
  const web = await startWeb({ MESHWORK_PAGES: "none", MESHWORK_DATA_DIR: folder });
  const socket = await openPage(web, await signIn(web));
  // As a learner works: the lab is prepared, its mesh runs. While that is being started, two cores have other work.
  await prepareLab(socket);
  const output = new Output();
  const link = await openTerminal({ socket, terminal: "main", take: (data) => output.take(data) });
  const host = lockOwner(path.join(folder, "workspaces", "solo", "host.pid"));
  return {
    name: "meshwork",
    type: (text) => link.input(text),
    onOutput: (take) => {
      output.take = take;
    },
    servers: [web.child.pid ?? 0, host ?? 0],
  };
}

export async function bare(): Promise<WebTerminal> {
  const child = start([process.execPath, peer("bare-terminal")]);
  const { port } = await lineOf(child, jsonWith("port"));
  const socket = new WebSocket(`ws://127.0.0.1:${port}/`, { perMessageDeflate: false });
  atEnd(() => socket.close());
  await opened(socket);
  const output = new Output();
  socket.on("message", (data) => output.take(bytesOf(data)));
  return {
    name: "bare ws + node-pty",
    type: (text) => socket.send(text),
    onOutput: (take) => {
      output.take = take;
    },
    servers: [child.pid ?? 0],
  };
}

const WETTY = "3.2.0";
const peersFolder = path.join(root, ".cache", "peers");
/** Its own page acknowledges parsed output; below the 512 KiB at which its server resumes. */
const WETTY_ACKNOWLEDGES = 128 * 1024;

/** wetty runs a local command only for root (else it is a client of ssh), and takes one word for it. */
export async function wetty(): Promise<Attempt> {
  const name = `wetty ${WETTY}`;
  if (process.getuid?.() !== 0) return { name, reason: "it starts a local shell for root only" };
  const program = path.join(peersFolder, "node_modules", "wetty", "build", "main.js");
  if (!existsSync(program)) {
    try {
      const install = [
        "npm",
        "install",
        "--prefix",
        peersFolder,
        `wetty@${WETTY}`,
        "--no-audit",
        "--no-fund",
      ];
      await within(180_000, "npm install wetty", runToEnd(install));
    } catch (error) {
      return { name, reason: String(error).split("\n").slice(0, 2).join(" ") };
    }
  }
  const port = await freePort();
  const shell = path.join(temporaryFolder(), "shell");
  writeFileSync(shell, "#!/bin/sh\nPS1='$ ' exec bash --norc -i\n");
  chmodSync(shell, 0o755);
  const options = ["--host", "127.0.0.1", "--port", String(port), "--command", shell, "--log-level", "error"];
  const child = start([process.execPath, program, ...options], { stdio: ["ignore", "ignore", "pipe"] });
  const socket = io(`http://127.0.0.1:${port}`, { path: "/socket.io", transports: ["websocket"] });
  atEnd(() => void socket.close());
  const output = new Output();
  const encoder = new TextEncoder();
  let unsaid = 0;
  socket.on("data", (text: string) => {
    const data = encoder.encode(text);
    unsaid += text.length;
    if (unsaid >= WETTY_ACKNOWLEDGES) {
      socket.emit("commit", unsaid);
      unsaid = 0;
    }
    output.take(data);
  });
  try {
    await within(20_000, "its login", new Promise((resolve) => socket.once("login", resolve)));
  } catch (error) {
    return { name, reason: String(error) };
  }
  return {
    name,
    type: (text) => void socket.emit("input", text),
    onOutput: (take) => {
      output.take = take;
    },
    servers: [child.pid ?? 0],
  };
}

/** ttyd's protocol: a JSON greeting, then frames whose first byte is the kind: "0" is input, and output. */
export async function ttyd(): Promise<Attempt> {
  const name = "ttyd";
  const here = (process.env.PATH ?? "")
    .split(path.delimiter)
    .some((dir) => existsSync(path.join(dir, "ttyd")));
  if (!here) return { name, reason: "there is none on PATH" };
  const port = await freePort();
  const child = start(["ttyd", "-W", "-i", "127.0.0.1", "-p", String(port), "bash", "--norc", "-i"]);
  await pause(500);
  const socket = new WebSocket(`ws://127.0.0.1:${port}/ws`, ["tty"], { perMessageDeflate: false });
  atEnd(() => socket.close());
  await opened(socket);
  const output = new Output();
  socket.on("message", (data) => {
    const frame = bytesOf(data);
    if (frame[0] === 0x30) output.take(frame.subarray(1));
  });
  socket.send(JSON.stringify({ AuthToken: "", columns: 80, rows: 24 }));
  return {
    name,
    type: (text) => socket.send(Buffer.from(`0${text}`)),
    onOutput: (take) => {
      output.take = take;
    },
    servers: [child.pid ?? 0],
  };
}

function opened(socket: WebSocket): Promise<void> {
  const open = new Promise<void>((resolve, reject) => {
    socket.once("open", () => resolve());
    socket.once("error", reject);
  });
  return within(10_000, "a socket", open);
}

function bytesOf(data: WebSocket.RawData): Uint8Array {
  return Array.isArray(data) ? Buffer.concat(data) : new Uint8Array(data);
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(address && typeof address === "object" ? address.port : 0));
    });
  });
}
