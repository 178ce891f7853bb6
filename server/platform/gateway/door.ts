import type { IncomingMessage, ServerResponse } from "node:http";

/** How strangers come in. One for a laptop (the printed link), another for a class (accounts and codes). */
export interface Door {
  /** True: it was the door's to answer, and it did. Writes come from our own origin. */
  answer(request: IncomingMessage, response: ServerResponse, visit: Visit): Promise<boolean>;
  /** A page for whoever is not signed in. */
  signedOut(nonce: string, request: IncomingMessage): string;
}

export interface Visit {
  readonly path: string;
  /** Sets the page's policy and returns its nonce. */
  readonly nonce: () => string;
}
