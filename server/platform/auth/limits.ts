/** A browser stays signed in for this long. */
export const SESSION_DAYS = 30;
/** Wrong start tokens per minute; a token has 256 bits, this only keeps the log readable. */
export const START_ATTEMPTS_PER_MINUTE = 30;
/** Body of the request that exchanges the token. */
export const START_BODY_BYTES = 4 * 1024;
