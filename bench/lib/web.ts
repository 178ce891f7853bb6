// The web server in its own process, and a browser's part towards it: sign in, socket, terminal.
import type { ChildProcess } from "node:child_process";
import { randomUUID } from "node:crypto";
import { io, type Socket } from "socket.io-client";
import { type LinkState, TerminalLink } from "../../components/terminal/terminal-link.ts";
import type {
  ClientEvents,
  Result,
  ServerEvents,
  TerminalOutput,
  WorkspaceStatus,
} from "../../server/contracts/index.ts";
import { within } from "./measure.ts";
import { atEnd, built, jsonWith, lineOf, start } from "./processes.ts";
import { LAB } from "./workspace.ts";

export interface Web {
  readonly child: ChildProcess;
  readonly origin: string;
  readonly token: string;
}

export async function startWeb(environment: Readonly<Record<string, string>>): Promise<Web> {
  const child = start([process.execPath, built("server.mjs")], {
    env: {
      ...process.env,
      ...{ NODE_ENV: "production", PORT: "0", HOST: "127.0.0.1", DATABASE_URL: "" },
      MESHWORK_STOP_WORKSPACES: "1",
      ...environment,
    },
  });
  const { listening } = await lineOf(child, jsonWith("listening"));
  const url = new URL(String(listening));
  return { child, origin: url.origin, token: new URLSearchParams(url.hash.slice(1)).get("token") ?? "" };
}

/** The cookie that the start link's token is exchanged for. */
export async function signIn({ origin, token }: Web): Promise<string> {
  const response = await fetch(`${origin}/start`, {
    method: "POST",
    headers: { "Content-Type": "application/json", Origin: origin },
    body: JSON.stringify({ token }),
  });
  const cookie = response.headers.get("set-cookie");
  if (!cookie) throw new Error(`not signed in: ${response.status}`);
  return cookie.split(";")[0] ?? "";
}

export type PageSocket = Socket<ServerEvents, ClientEvents>;

export async function openPage(web: Web, cookie: string): Promise<PageSocket> {
  const socket: PageSocket = io(web.origin, {
    ...{ transports: ["websocket"], reconnection: false, forceNew: true },
    extraHeaders: { Cookie: cookie, Origin: web.origin },
  });
  atEnd(() => void socket.close());
  await within(
    20_000,
    "the socket",
    new Promise<void>((resolve, reject) => {
      socket.once("connect", () => resolve());
      socket.once("connect_error", reject);
    }),
  );
  return socket;
}

/** Opens the lab and waits until its workspace says that it is ready. */
export async function prepareLab(socket: PageSocket): Promise<void> {
  const ready = new Promise<void>((resolve) => {
    socket.on("workspace", ({ phase }) => {
      if (phase === "ready") resolve();
    });
  });
  await answered<WorkspaceStatus>((answer) => socket.emit("workspace:open", { lab: LAB }, answer));
  await within(60_000, "the lab's preparation", ready);
}

export interface PageTerminalOptions {
  readonly socket: PageSocket;
  readonly terminal: string;
  readonly take: (data: Uint8Array) => void;
  /** False: a page that lies asleep in a background tab. It receives and never says that it has shown anything. */
  readonly acknowledges?: boolean;
}

/** The page's own terminal link before a screen that takes no time: what is measured is the way, not xterm's parser. */
export async function openTerminal({ socket, terminal, take, acknowledges = true }: PageTerminalOptions) {
  const encoder = new TextEncoder();
  let attached: () => void = () => undefined;
  let refused: (error: Error) => void = () => undefined;
  const ready = new Promise<void>((resolve, reject) => {
    attached = resolve;
    refused = reject;
  });
  const link = new TerminalLink({
    terminal,
    writer: randomUUID(),
    screen: {
      size: () => ({ cols: 80, rows: 24 }),
      reset: () => undefined,
      write(data, parsed) {
        take(typeof data === "string" ? encoder.encode(data) : data);
        parsed?.();
      },
    },
    attach: (request) => answered((answer) => socket.emit("terminal:attach", request, answer)),
    input: (request) => answered((answer) => socket.emit("terminal:input", request, answer)),
    resize: () => undefined,
    acknowledge: (ack) => acknowledges && socket.emit("terminal:ack", ack),
    later(ms, callback) {
      const timer = setTimeout(callback, ms);
      return () => clearTimeout(timer);
    },
    onState(state: LinkState) {
      if (state.phase === "attached") attached();
      if (state.phase === "refused") refused(new Error(state.message));
    },
    onNotice: (notice) => console.log(`  notice: ${notice}`),
  });
  socket.on("terminal:output", (output: TerminalOutput) =>
    link.output({ ...output, data: new Uint8Array(output.data) }),
  );
  await link.attach();
  await within(20_000, "the attach", ready);
  return link;
}

function answered<T>(ask: (answer: (result: Result<T>) => void) => void): Promise<Result<T>> {
  return new Promise((resolve) => ask(resolve));
}
