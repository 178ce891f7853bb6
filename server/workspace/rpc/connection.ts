import type { WebSocket } from "ws";
import { encodeOutputFrame } from "../../contracts/host-frames.ts";
import {
  type HostAnswer,
  type HostEvent,
  type HostMethod,
  type HostRequest,
  hostMethods,
  hostRequest,
} from "../../contracts/host-protocol.ts";
import type { HostPicture, TerminalExit, TerminalOutput } from "../../contracts/index.ts";
import { badRequest, toWireError } from "../errors.ts";
import { MAX_BUFFERED_BYTES, PICTURE_ABOVE_BYTES } from "../limits.ts";
import type { ViewerSink } from "../terminals/index.ts";

export interface Handled {
  readonly value: unknown;
  /** Runs after the answer is on its way, e.g. to let output follow it. */
  readonly after?: () => void;
}

export interface Peer extends ViewerSink {
  readonly role: "control" | "viewer";
  event(event: HostEvent): void;
}

/** Parameters arrive parsed by the method's own schema. */
export type Handle = (peer: Peer, method: HostMethod, params: unknown) => Handled | Promise<Handled>;

export interface ConnectionDeps {
  readonly handle: Handle;
  readonly failed: (error: unknown, method: string) => void;
}

/** A connection that has said hello. */
export class Connection implements Peer {
  constructor(
    private readonly socket: WebSocket,
    readonly role: "control" | "viewer",
    private readonly deps: ConnectionDeps,
  ) {}

  output(output: TerminalOutput): void {
    this.send(encodeOutputFrame(output));
  }

  exit(exit: TerminalExit): void {
    this.event({ event: "terminal-exit", exit });
  }

  picture(picture: HostPicture): boolean {
    if (this.socket.bufferedAmount > PICTURE_ABOVE_BYTES) return false;
    this.event({ event: "terminal-picture", picture });
    return true;
  }

  drop(reason: string): void {
    this.socket.close(1013, reason);
  }

  event(event: HostEvent): void {
    this.send(JSON.stringify(event));
  }

  async receive(text: string): Promise<void> {
    const request = parseRequest(text);
    if (!request) return this.socket.close(1003, "not a request");
    try {
      const params = hostMethods[request.method].safeParse(request.params ?? {});
      if (!params.success) throw badRequest(`The parameters of ${request.method} are not as agreed.`);
      const { value, after } = await this.deps.handle(this, request.method, params.data);
      this.answer({ id: request.id, ok: true, value });
      after?.();
    } catch (error) {
      this.deps.failed(error, request.method);
      this.answer({ id: request.id, ok: false, error: toWireError(error) });
    }
  }

  private answer(answer: HostAnswer): void {
    this.send(JSON.stringify(answer));
  }

  private send(frame: string | Uint8Array): void {
    if (this.socket.readyState !== this.socket.OPEN) return;
    // The ack window keeps this far below; beyond it the peer is not reading at all.
    if (this.socket.bufferedAmount > MAX_BUFFERED_BYTES) this.socket.terminate();
    else this.socket.send(frame);
  }
}

function parseRequest(text: string): HostRequest | undefined {
  try {
    return hostRequest.parse(JSON.parse(text));
  } catch {
    return undefined; // the caller closes the connection: web and host speak the same version, so this is not ours
  }
}
