/** Why there is no connection, in Envoy's words. */
export class DialError extends Error {
  override readonly name = "DialError";

  constructor(
    readonly reason: "remote connection failure" | "connection failure" | "connection timeout",
    readonly transport: string,
  ) {
    super(transport || reason);
  }
}
