import type { ErrorCode } from "../../contracts/index.ts";

/** What a client is told; anything else that is thrown is a bug and answers 500. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: ErrorCode,
    message: string,
  ) {
    super(message);
    this.name = "Refusal";
  }
}

export const malformed = (message: string) => new Refusal(400, "bad-request", message);
export const forbidden = (message: string) => new Refusal(403, "forbidden", message);
export const notFound = (message: string) => new Refusal(404, "not-found", message);
export const tooMany = () =>
  new Refusal(429, "too-many", "Too many attempts from here. Wait ten minutes, then try again.");
