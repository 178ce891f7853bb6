import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { io, type Socket } from "socket.io-client";
import {
  type ClientEvents,
  type Result,
  type ServerEvents,
  type TerminalAttached,
  type TerminalOutput,
  terminalAttached,
} from "../../../contracts/index.ts";
import type { Bundles } from "../../../workspace/testing/bundles.ts";

const root = path.resolve(import.meta.dirname, "../../../..");
const fakeCluster = path.join(root, "server/workspace/testing/fake-cluster.mjs");

export interface Web {
  readonly child: ChildProcess;
  readonly origin: string;
  readonly token: string;
  readonly errors: () => string;
}

/** The real server in its own process, without pages, on a data folder of the test's. */
export class WebHarness {
  readonly dataDir = mkdtempSync(path.join(tmpdir(), "mwt-"));
  private readonly children = new Set<ChildProcess>();

  /** `cluster`: "real" is the practice cluster's own program, as far as `bundles` hold the whole product. */
  constructor(
    private readonly bundles: Bundles,
    private readonly cluster: "fake" | "real" = "fake",
  ) {}

  async start(environment: Record<string, string> = {}): Promise<Web> {
    const child = spawn(process.execPath, [this.bundles.file("server")], {
      cwd: root,
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        ...process.env,
        NODE_ENV: "production",
        PORT: "0",
        HOST: "127.0.0.1",
        DATABASE_URL: "",
        MESHWORK_PAGES: "none",
        MESHWORK_DATA_DIR: this.dataDir,
        MESHWORK_WORKSPACE_COMMAND: JSON.stringify([process.execPath, this.bundles.file("workspace")]),
        ...(this.cluster === "fake"
          ? { MESHWORK_CLUSTER_COMMAND: JSON.stringify([process.execPath, fakeCluster]) }
          : { MESHWORK_TOOLBOX_BIN: path.join(this.bundles.folder, "toolbox", "bin") }),
        ...environment,
      },
    });
    this.children.add(child);
    let errors = "";
    child.stderr.on("data", (chunk: Buffer) => {
      errors += chunk.toString("utf8");
    });
    const url = await new Promise<URL>((resolve, reject) => {
      createInterface({ input: child.stdout }).on("line", (line) =>
        resolve(new URL(JSON.parse(line).listening)),
      );
      child.once("exit", (code) => reject(new Error(`web ended with ${code}: ${errors}`)));
    });
    const token = new URLSearchParams(url.hash.slice(1)).get("token") ?? "";
    return { child, origin: url.origin, token, errors: () => errors };
  }

  async kill(web: Web, signal: NodeJS.Signals): Promise<number | NodeJS.Signals | null> {
    const ended = new Promise<number | NodeJS.Signals | null>((resolve) =>
      web.child.once("exit", (code, by) => resolve(code ?? by)),
    );
    web.child.kill(signal);
    return ended;
  }

  /** Ends the webs that still run, as a crash would. */
  async killWebs(): Promise<void> {
    const running = [...this.children].filter(
      ({ exitCode, signalCode }) => exitCode === null && signalCode === null,
    );
    await Promise.all(
      running.map((child) => {
        const ended = new Promise((resolve) => child.once("exit", resolve));
        child.kill("SIGKILL");
        return ended;
      }),
    );
  }

  /** Ends what is left, workspaces too. */
  async dispose(): Promise<void> {
    await this.killWebs();
    const web = await this.start({ MESHWORK_STOP_WORKSPACES: "1" });
    await this.kill(web, "SIGTERM");
    rmSync(this.dataDir, { recursive: true, force: true });
  }
}

export async function signIn(web: Web): Promise<string> {
  const response = await fetch(`${web.origin}/start`, {
    method: "POST",
    headers: { "Content-Type": "application/json", Origin: web.origin },
    body: JSON.stringify({ token: web.token }),
  });
  const cookie = response.headers.get("set-cookie");
  if (!cookie) throw new Error(`not signed in: ${response.status}`);
  return cookie.split(";")[0] ?? "";
}

export type PageSocket = Socket<ServerEvents, ClientEvents>;

export function openSocket(web: Pick<Web, "origin">, headers: Record<string, string>): PageSocket {
  return io(web.origin, {
    transports: ["websocket"],
    reconnection: false,
    forceNew: true,
    extraHeaders: headers,
  });
}

export function connected(socket: PageSocket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once("connect", () => resolve());
    socket.once("connect_error", reject);
  });
}

/** Asks like a page does, and returns the value or throws the refusal. */
export async function ask(socket: PageSocket, event: string, request: unknown): Promise<unknown> {
  // The tests also send what no typed client could.
  const untyped: Socket = socket as unknown as Socket;
  const result: Result<unknown> = await untyped.timeout(20_000).emitWithAck(event, request);
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.message}`);
  return result.value;
}

/** A page's terminal: keeps its place in the output, acknowledges, and notices any gap or repetition. */
export class PageTerminal {
  text = "";
  offset: number | undefined;
  epoch: string | undefined;
  faults: string[] = [];

  async attachTo(socket: PageSocket, terminal = "main"): Promise<TerminalAttached> {
    socket.on("terminal:output", (output) => this.take(socket, output));
    const { offset: after, epoch } = this;
    const answer = await ask(socket, "terminal:attach", {
      ...{ terminal, cols: 80, rows: 24 },
      ...(after !== undefined && { after, epoch }),
    });
    const attached = terminalAttached.parse(answer);
    this.epoch = attached.epoch;
    return attached;
  }

  private take(socket: PageSocket, { terminal, epoch, offset, data }: TerminalOutput): void {
    if (this.offset !== undefined && offset !== this.offset)
      this.faults.push(`${this.offset} then ${offset}`);
    this.offset = offset + data.byteLength;
    this.text += Buffer.from(data).toString("latin1");
    socket.emit("terminal:ack", { terminal, epoch, offset: this.offset });
  }
}
