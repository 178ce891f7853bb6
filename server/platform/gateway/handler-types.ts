import type { z } from "zod";
import type { ClientEvents, clientEventSchemas, ErrorCode, Result } from "../../contracts/index.ts";
import type { Role } from "../db/index.ts";
import type { BrowserLink } from "./browser-link.ts";

export type EventName = keyof ClientEvents;
export type Params<E extends EventName> = z.infer<(typeof clientEventSchemas)[E]>;
type Value<E extends EventName> =
  Parameters<ClientEvents[E]> extends [unknown, (result: Result<infer V>) => void] ? V : undefined;

export type HandlersOf<Names extends EventName> = {
  readonly [E in Names]: (link: BrowserLink, params: Params<E>) => Promise<Value<E>>;
};
export type Handlers = HandlersOf<EventName>;
export type RolesOf<Names extends EventName> = { readonly [E in Names]: readonly Role[] };

/** A refusal to a browser; anything else that is thrown is a bug and answers "internal". */
export class Refused extends Error {
  constructor(
    readonly code: ErrorCode,
    message: string,
  ) {
    super(message);
    this.name = "Refused";
  }
}
