import type { ErrorCode, WireError } from "../contracts/index.ts";

/** A refusal that reaches the learner as it is. Everything else is a bug and reaches them as "internal". */
export class Refusal extends Error {
  constructor(
    readonly code: ErrorCode,
    message: string,
  ) {
    super(message);
    this.name = "Refusal";
  }
}

export const badRequest = (message: string) => new Refusal("bad-request", message);
export const notFound = (message: string) => new Refusal("not-found", message);
export const tooLarge = (message: string) => new Refusal("too-large", message);
export const tooMany = (message: string) => new Refusal("too-many", message);
export const unavailable = (message: string) => new Refusal("unavailable", message);

export function isRefusal(error: unknown): error is Refusal {
  return error instanceof Refusal;
}

export function toWireError(error: unknown): WireError {
  if (isRefusal(error)) return { code: error.code, message: error.message.slice(0, 4000) };
  return { code: "internal", message: "The workspace met an error of its own; its log says more." };
}
