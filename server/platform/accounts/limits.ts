/** Body of any request to the accounts. */
export const BODY_BYTES = 16 * 1024;
/** Links: the owner's first one, an invitation, a new password by the operator. */
export const LINK_HOURS = 24;
/** A mailed link to a new password. */
export const RESET_MINUTES = 60;
/** A join code, unless its maker says otherwise. */
export const JOIN_CODE_DAYS = 7;
export const MAX_JOIN_CODE_DAYS = 90;
/** People of one server; beyond, codes and links let nobody new in. */
export const MAX_PEOPLE = 5_000;

export const PASSWORD_LENGTH = { min: 10, max: 128 } as const;
export const NAME_LENGTH = 60;
export const EMAIL_LENGTH = 254;

/**
 * Attempts that failed, per address and of all addresses together; then everything of that kind is refused, right or wrong,
 * until the window is over. A whole class may sit behind one address and mistype its code.
 */
export const throttles = {
  join: { perAddress: 120, altogether: 1_000, seconds: 600 },
  signIn: { perAddress: 100, altogether: 2_000, seconds: 900 },
  link: { perAddress: 30, altogether: 300, seconds: 600 },
  /** Mails that were asked for, right or wrong. */
  mail: { perAddress: 5, altogether: 60, seconds: 900 },
} as const;
/** Ways to the identity provider and back, and mailed links, from one address: each costs the database a row or a search. */
export const JOURNEYS = { attempts: 800, seconds: 600 };
/** Wrong passwords for one e-mail address, from wherever. */
export const WRONG_PASSWORDS = { attempts: 10, seconds: 900 };
/** People who joined from one address: 60 within 10 s is a class coming in. */
export const JOINS = { perAddress: 400, seconds: 600 };
/** Counters are kept for this many groups of addresses: an attacker with many addresses cannot fill the memory. */
export const ADDRESS_GROUPS = 4_096;
/** Password hashes under way at a time; each takes 16 MB and a good part of a second of CPU. */
export const HASHES_AT_ONCE = 2;
export const HASHES_WAITING = 64;

/** Rows of an audit or an event list in the export of one person. */
export const MAX_EXPORTED_ROWS = 50_000;
/** For a mail server to answer. */
export const SENDING_MS = 15_000;
/** In which the library hears the client's address; a client's own is overwritten. */
export const ADDRESS_HEADER = "x-meshwork-address";
