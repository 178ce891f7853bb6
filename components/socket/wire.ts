import type { Socket } from "socket.io-client";
import type {
  ClientEvents,
  ReadAnswer,
  ReadName,
  ReadRequest,
  Result,
  ServerEvents,
} from "../../server/contracts/index.ts";

type Request<E extends keyof ClientEvents> = Parameters<ClientEvents[E]>[0];
type AnsweredValue<E extends keyof ClientEvents> =
  Parameters<ClientEvents[E]> extends [unknown, (result: Result<infer Value>) => void] ? Value : never;
/** Events that answer. */
export type AskEvent = {
  [E in keyof ClientEvents]: AnsweredValue<E> extends never ? never : E;
}[keyof ClientEvents];
/** Events that do not. */
export type TellEvent = Exclude<keyof ClientEvents, AskEvent>;

/** Typed by the contract; every question is answered, if only with "timeout" or "unavailable". Never throws. */
export interface Wire {
  ask<E extends AskEvent>(event: E, request: Request<E>): Promise<Result<AnsweredValue<E>>>;
  /** The same for what a workspace is asked to read. */
  read<R extends ReadName>(read: R, request: ReadRequest<R>): Promise<Result<ReadAnswer<R>>>;
  tell<E extends TellEvent>(event: E, message: Request<E>): void;
  /** Returns how to stop listening. */
  on<E extends keyof ServerEvents>(event: E, listener: ServerEvents[E]): () => void;
  connected(): boolean;
}

// A cold workspace takes well under a second; a busy server gets the benefit of the doubt before a learner hears "timeout".
const answerWithinMs = 10_000;

const refused = (code: "timeout" | "unavailable", message: string): Result<never> => ({
  ok: false,
  error: { code, message },
});

export function createWire(socket: Socket): Wire {
  // The server is ours and checks what it sends; its answer has the shape of the contract.
  const ask = <T>(event: string, request: unknown): Promise<Result<T>> =>
    new Promise((resolve) => {
      if (!socket.connected) {
        resolve(refused("unavailable", "Not connected to the server just now."));
        return;
      }
      const finish = (result: Result<T>) => {
        socket.off("disconnect", dropped);
        resolve(result);
      };
      const dropped = () => finish(refused("unavailable", "The connection was lost before the answer came."));
      socket.once("disconnect", dropped);
      socket.timeout(answerWithinMs).emit(event, request, (error: Error | null, result: Result<T>) => {
        finish(error ? refused("timeout", "The server did not answer in time.") : result);
      });
    });
  return {
    ask: (event, request) => ask(event, request),
    read: (read, request) => ask(read, request),
    tell: (event, message) => {
      if (socket.connected) socket.emit(event, message);
    },
    on: (event, listener) => {
      // socket.io's listener type for an untyped socket is wider than one event of the contract.
      const untyped = listener as (...values: unknown[]) => void;
      socket.on(event as string, untyped);
      return () => {
        socket.off(event as string, untyped);
      };
    },
    connected: () => socket.connected,
  };
}
