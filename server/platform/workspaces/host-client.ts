import { type RawData, WebSocket } from "ws";
import { z } from "zod";
import { decodeOutputFrame } from "../../contracts/host-frames.ts";
import {
  HOST_PROTOCOL_VERSION,
  type HostEvent,
  type HostHello,
  type HostMethod,
  type HostParams,
  hostMessage,
} from "../../contracts/host-protocol.ts";
import {
  type ErrorCode,
  type LabActionPreview,
  labActionPreview,
  type MeshGraph,
  meshGraph,
  type ReadAnswer,
  type ReadName,
  type ReadParams,
  readAnswers,
  type StepConditions,
  stepConditions,
  type TerminalAttached,
  type TerminalOutput,
  terminalAttached,
  type WorkspaceStatus,
  workspaceStatus,
} from "../../contracts/index.ts";
import type { HostAddress } from "./launcher.ts";
import { ANSWER_WITHIN_MS, MAX_HOST_FRAME_BYTES, MAX_PENDING_ANSWERS, WELCOME_WITHIN_MS } from "./limits.ts";

/** A host's refusal, or that it could not be asked. */
export class HostError extends Error {
  constructor(
    readonly code: ErrorCode,
    message: string,
  ) {
    super(message);
    this.name = "HostError";
  }
}

export function isHostError(error: unknown): error is HostError {
  return error instanceof HostError;
}

export interface HostClientEvents {
  event?(event: HostEvent): void;
  output?(output: TerminalOutput): void;
  /** The connection ended; called once, never before `connect` resolved. */
  closed?(): void;
}

const textDecoder = new TextDecoder();

interface Pending {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: HostError) => void;
  readonly timer: NodeJS.Timeout;
}

/** One connection to a workspace host. Ends with it; whoever wants another one connects anew. */
export class HostClient {
  private readonly pending = new Map<number, Pending>();
  private nextId = 0;
  private ended = false;

  private constructor(
    private readonly socket: WebSocket,
    private readonly events: HostClientEvents,
  ) {
    socket.on("close", () => this.end());
  }

  static connect(
    address: HostAddress,
    role: HostHello["hello"]["role"],
    events: HostClientEvents,
  ): Promise<HostClient> {
    const socket = new WebSocket(`ws+unix:${address.socketPath}:/`, {
      perMessageDeflate: false,
      maxPayload: MAX_HOST_FRAME_BYTES,
      handshakeTimeout: WELCOME_WITHIN_MS,
      // One message a turn: whoever awaits the answer to an attach has it before the output that follows it arrives.
      allowSynchronousEvents: false,
    });
    return new Promise((resolve, reject) => {
      let client: HostClient | undefined;
      const late = setTimeout(() => socket.terminate(), WELCOME_WITHIN_MS);
      socket.on("open", () => {
        const hello: HostHello = { hello: { protocol: HOST_PROTOCOL_VERSION, token: address.token, role } };
        socket.send(JSON.stringify(hello));
      });
      socket.on("message", (data, isBinary) => {
        if (client) return client.receive(bytesOf(data), isBinary);
        clearTimeout(late);
        client = new HostClient(socket, events);
        resolve(client);
      });
      // After the handshake an error is followed by close, which is what ends the client.
      socket.on("error", (error) => reject(new HostError("unavailable", error.message)));
      socket.on("close", (_code, reason) => {
        clearTimeout(late);
        reject(new HostError("unavailable", `The workspace closed the connection. ${reason.toString()}`));
      });
    });
  }

  get open(): boolean {
    return !this.ended && this.socket.readyState === WebSocket.OPEN;
  }

  async openLab(lab: string): Promise<WorkspaceStatus> {
    return workspaceStatus.parse(await this.request("workspace.open", { lab }));
  }

  async status(): Promise<WorkspaceStatus> {
    return workspaceStatus.parse(await this.request("workspace.status", {}));
  }

  async attach(params: HostParams<"terminal.attach">): Promise<TerminalAttached> {
    return terminalAttached.parse(await this.request("terminal.attach", params));
  }

  /** Names of the terminals that are open. */
  async terminals(): Promise<string[]> {
    return z.array(z.string()).parse(await this.request("terminal.list", {}));
  }

  /** The last commands of the learner's shells, newest last. */
  async history(): Promise<string[]> {
    return z.array(z.string()).parse(await this.request("shell.history", {}));
  }

  async previewAction(params: HostParams<"lab.preview">): Promise<LabActionPreview> {
    return labActionPreview.parse(await this.request("lab.preview", params));
  }

  async act(params: HostParams<"lab.act">): Promise<WorkspaceStatus> {
    return workspaceStatus.parse(await this.request("lab.act", params));
  }

  async check(params: HostParams<"conditions.check">): Promise<StepConditions> {
    return stepConditions.parse(await this.request("conditions.check", params));
  }

  async watch(params: HostParams<"conditions.watch">): Promise<StepConditions> {
    return stepConditions.parse(await this.request("conditions.watch", params));
  }

  async graph(params: HostParams<"mesh.graph">): Promise<MeshGraph> {
    return meshGraph.parse(await this.request("mesh.graph", params));
  }

  async read<R extends ReadName>(read: R, request: ReadParams<R>): Promise<ReadAnswer<R>> {
    return readAnswers[read].parse(await this.request("workspace.read", { read, request }));
  }

  /** For methods whose value says nothing: it was done, or this throws a HostError. */
  request<M extends HostMethod>(method: M, params: HostParams<M>): Promise<unknown> {
    if (!this.open) return Promise.reject(new HostError("unavailable", "The workspace is not connected."));
    if (this.pending.size >= MAX_PENDING_ANSWERS) {
      return Promise.reject(new HostError("too-many", "The workspace is busy; wait a moment."));
    }
    const id = this.nextId++;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.pending.delete(id);
        reject(new HostError("timeout", "The workspace did not answer in time."));
      }, ANSWER_WITHIN_MS);
      this.pending.set(id, { resolve, reject, timer });
      this.socket.send(JSON.stringify({ id, method, params }));
    });
  }

  close(): void {
    this.socket.close();
  }

  private receive(data: Uint8Array, isBinary: boolean): void {
    if (isBinary) {
      const output = decodeOutputFrame(data);
      if (output) this.events.output?.(output);
      return;
    }
    const message = hostMessage.parse(JSON.parse(textDecoder.decode(data)));
    if ("event" in message) {
      this.events.event?.(message);
      return;
    }
    const waiting = this.pending.get(message.id);
    if (!waiting) return;
    this.pending.delete(message.id);
    clearTimeout(waiting.timer);
    if (message.ok) waiting.resolve(message.value);
    else
      waiting.reject(
        new HostError(message.error?.code ?? "internal", message.error?.message ?? "no reason given"),
      );
  }

  private end(): void {
    if (this.ended) return;
    this.ended = true;
    for (const { reject, timer } of this.pending.values()) {
      clearTimeout(timer);
      reject(new HostError("unavailable", "The connection to the workspace was lost."));
    }
    this.pending.clear();
    this.events.closed?.();
  }
}

/** A view, not a copy: this is every byte of every terminal. */
function bytesOf(data: RawData): Uint8Array {
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? new Uint8Array(data) : data;
}
