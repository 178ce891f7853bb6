import type { Role, SessionRecord } from "../db/index.ts";

/** A request to the accounts, its body parsed by the route's schema. */
export interface Call<Body = unknown> {
  readonly body: Body;
  /** Who asks, as the database knows them now. */
  readonly viewer: SessionRecord | undefined;
  /** The client's address, as far as it can be known. */
  readonly address: string;
  readonly headers: Headers;
}

export interface Answer {
  readonly value?: unknown;
  readonly cookies?: readonly string[];
  readonly status?: number;
  readonly location?: string;
  /** Offered for saving under this name. */
  readonly download?: string;
}

/** "anyone": also without a session. */
export type Who = "anyone" | readonly Role[];

export interface Route {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly who: Who;
  run(call: Call): Promise<Answer>;
}
