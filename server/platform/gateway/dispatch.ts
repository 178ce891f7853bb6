import type { Logger } from "pino";
import { clientEventSchemas, type Result, type WireError } from "../../contracts/index.ts";
import { isNotKept } from "../classroom/index.ts";
import type { LearnerRecord } from "../db/index.ts";
import type { BrowserLink } from "./browser-link.ts";
import { type EventName, type Params, Refused } from "./handler-types.ts";
import { allowedRoles, type createHandlers, toWireError } from "./handlers.ts";
import { MAX_MALFORMED, rates, TYPING_RIGHTS_MS } from "./limits.ts";
import { RateLimiter } from "./rate-limiter.ts";
import { Recent } from "./recent.ts";

export interface DispatchDeps {
  readonly handlers: ReturnType<typeof createHandlers>;
  /** The sender as the database knows them now; undefined: signed out meanwhile. */
  readonly viewerNow: () => Promise<LearnerRecord | undefined>;
  /** The sender does something; a page that asks by itself is none. */
  readonly active: () => void;
  readonly log: Logger;
}

/** What pages send when somebody does something: each tells of every touch, at most now and then, by the first. */
const signsOfLife: ReadonlySet<EventName> = new Set(["presence:here", "terminal:input", "workspace:open"]);

/** The one way from a browser's event to a handler: rate, shape, rights, then the work. */
export class Dispatch {
  private readonly input = new RateLimiter(rates.input, performance.now());
  private readonly ack = new RateLimiter(rates.ack, performance.now());
  private readonly other = new RateLimiter(rates.other, performance.now());
  private readonly typist: Recent<LearnerRecord | undefined>;
  private malformed = 0;

  constructor(
    private readonly deps: DispatchDeps,
    private readonly link: BrowserLink,
  ) {
    this.typist = new Recent(() => deps.viewerNow(), TYPING_RIGHTS_MS);
  }

  /** True when the sender has sent so much nonsense that its socket should go. */
  get hopeless(): boolean {
    return this.malformed >= MAX_MALFORMED;
  }

  async receive(event: string, args: readonly unknown[]): Promise<void> {
    const answer = args.at(-1);
    const reply = (result: Result<unknown>) => {
      if (typeof answer === "function") answer(result);
    };
    if (!isEventName(event)) {
      this.refuse(event, { code: "bad-request", message: "There is no such event." }, reply);
      return;
    }
    try {
      reply({ ok: true, value: await this.run(event, args[0]) });
    } catch (error) {
      const wire = toWireError(error);
      if (wire.code === "internal" || isNotKept(error))
        this.deps.log.error({ err: error, event }, "event failed");
      this.refuse(event, wire, reply);
    }
  }

  private async run<E extends EventName>(event: E, payload: unknown): Promise<unknown> {
    if (!this.limiter(event).take(performance.now())) {
      throw new Refused("too-many", "Too many messages at once; wait a moment.");
    }
    // An acknowledgement moves nobody's data and comes often; it is the only event that is not asked for.
    if (event !== "terminal:ack") {
      if (signsOfLife.has(event)) this.deps.active();
      const viewer = await (event === "terminal:input"
        ? this.typist.get(performance.now())
        : this.deps.viewerNow());
      if (!viewer || !allowedRoles[event].includes(viewer.role)) {
        throw new Refused("forbidden", "You may not do that.");
      }
    }
    const parsed = clientEventSchemas[event].safeParse(payload);
    if (!parsed.success) {
      this.malformed++;
      const where = parsed.error.issues[0]?.path.join(".") || "the message";
      throw new Refused("bad-request", `${event}: ${where} is not as agreed.`);
    }
    if (!keyed.has(event) && holdsNul(payload))
      throw new Refused("bad-request", "A text may hold no NUL character.");
    // `parsed` is of the schema with this very name.
    return this.deps.handlers[event](this.link, parsed.data as Params<E>);
  }

  private limiter(event: EventName): RateLimiter {
    if (event === "terminal:input") return this.input;
    return event === "terminal:ack" ? this.ack : this.other;
  }

  private refuse(event: string, error: WireError, reply: (result: Result<never>) => void): void {
    this.deps.log.info(
      { event: event.slice(0, 80), code: error.code, learner: this.link.viewer.id },
      error.message,
    );
    reply({ ok: false, error });
  }
}

/** What goes to a program as it is: Ctrl-@ is a key. */
const keyed: ReadonlySet<EventName> = new Set(["terminal:input", "terminal:ack", "help:type"]);

/** The escape itself, not a backslash that somebody typed before "u0000". */
const JSON_NUL = /(?<!\\)(?:\\\\)*\\u0000/;

/** No database keeps it in a text, and no file has it in its name. */
const holdsNul = (payload: unknown): boolean => JSON_NUL.test(JSON.stringify(payload ?? null));

function isEventName(event: string): event is EventName {
  return Object.hasOwn(clientEventSchemas, event);
}
