import type { Socket } from "socket.io-client";
import type { ClientEvents, Result, ServerEvents } from "../../server/contracts/index.ts";

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
  return {
    ask: (event, request) =>
      new Promise((resolve) => {
        if (!socket.connected) {
          resolve(refused("unavailable", "Not connected to the server just now."));
          return;
        }
        const finish = (result: Parameters<typeof resolve>[0]) => {
          socket.off("disconnect", dropped);
          resolve(result);
        };
        const dropped = () =>
          finish(refused("unavailable", "The connection was lost before the answer came."));
        socket.once("disconnect", dropped);
        socket.timeout(answerWithinMs).emit(event, request, (error: Error | null, result: unknown) => {
          if (error) finish(refused("timeout", "The server did not answer in time."));
          // The server is ours and checks what it sends; its answer has the contract's shape.
          else finish(result as Parameters<typeof resolve>[0]);
        });
      }),
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
