import { PassThrough, Writable } from "node:stream";
import { WebSocket } from "ws";
import { isObject, type Status, StatusError } from "../../apimachinery/index.ts";
import type { ExecStreams } from "../kubelet-connection.ts";
import { bytesOf, socketDrained, type Upgraded } from "./websocket.ts";

/** exec and attach take these, newest first; v5 added the close message. */
export const EXEC_PROTOCOLS = ["v5.channel.k8s.io", "v4.channel.k8s.io"];

const STDIN = 0;
const STDOUT = 1;
const STDERR = 2;
const ERROR = 3;
const RESIZE = 4;
const CLOSE = 255;

interface Size {
  readonly width: number;
  readonly height: number;
}

export interface ExecQuery {
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
  readonly tty: boolean;
}

/**
 * Runs `run` with streams carried over one websocket, a channel byte before each message. Ends with a Status on the error
 * channel: Success, or NonZeroExitCode with the code as cause. Follows client-go remotecommand v4 and v5.
 */
export async function serveExec(
  { socket }: Upgraded,
  query: ExecQuery,
  run: (streams: ExecStreams) => Promise<number | undefined>,
): Promise<void> {
  const gone = new AbortController();
  const sizes = new SizeQueue();
  const stdin = query.stdin ? new PassThrough() : undefined;
  socket.on("message", (data) => {
    const message = bytesOf(data);
    const payload = message.subarray(1);
    if (message[0] === STDIN && stdin && !stdin.writableEnded) {
      // The client waits while the program does not read.
      if (!stdin.write(Buffer.from(payload))) {
        socket.pause();
        stdin.once("drain", () => socket.resume());
      }
    } else if (message[0] === RESIZE) sizes.push(payload);
    else if (message[0] === CLOSE && payload[0] === STDIN) stdin?.end();
  });
  socket.on("error", () => socket.terminate());
  socket.on("close", () => {
    gone.abort();
    sizes.end();
    stdin?.end();
  });
  const channel = (number: number) => channelWriter(socket, number);
  const streams: ExecStreams = {
    ...(stdin ? { stdin } : {}),
    ...(query.stdout ? { stdout: channel(STDOUT) } : {}),
    ...(query.stderr && !query.tty ? { stderr: channel(STDERR) } : {}),
    tty: query.tty,
    resize: sizes,
    signal: gone.signal,
  };
  let status: Status;
  try {
    status = exitStatus((await run(streams)) ?? 0);
  } catch (error) {
    status = failure(error);
  }
  if (socket.readyState !== WebSocket.OPEN) return;
  socket.send(Buffer.concat([Buffer.from([ERROR]), Buffer.from(JSON.stringify(status))]));
  socket.close(1000);
}

function channelWriter(socket: WebSocket, channel: number): Writable {
  const prefix = Buffer.from([channel]);
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      if (socket.readyState !== WebSocket.OPEN) {
        done(); // the client has left; the program learns it from the signal
        return;
      }
      socket.send(Buffer.concat([prefix, chunk]));
      socketDrained(socket).then(() => done(), done);
    },
  });
}

function exitStatus(code: number): Status {
  if (code === 0) return { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success" };
  return {
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Failure",
    message: `command terminated with non-zero exit code: error executing command, exit code ${code}`,
    reason: "NonZeroExitCode",
    details: { causes: [{ reason: "ExitCode", message: String(code) }] },
  };
}

function failure(error: unknown): Status {
  if (error instanceof StatusError) return error.status;
  const message = error instanceof Error ? error.message : String(error);
  return {
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Failure",
    message,
    reason: "InternalError",
    code: 500,
  };
}

/** Terminal sizes as they come; a reader that is late sees only the newest. */
class SizeQueue implements AsyncIterable<Size> {
  private latest: Size | undefined;
  private ended = false;
  private wake: (() => void) | undefined;

  push(payload: Buffer): void {
    let value: unknown;
    try {
      value = JSON.parse(payload.toString());
    } catch {
      return; // not a size; upstream drops it too
    }
    if (!isObject(value)) return;
    this.latest = { width: Number(value.Width), height: Number(value.Height) };
    this.wake?.();
  }

  end(): void {
    this.ended = true;
    this.wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Size> {
    while (!this.ended) {
      const { latest } = this;
      this.latest = undefined;
      if (latest) yield latest;
      else {
        await new Promise<void>((resolve) => {
          this.wake = resolve;
        });
      }
    }
  }
}
