/** Body of a command; a stream has none of its own. */
export const ADMIN_BODY_BYTES = 64 * 1024;
/** Commands that may be under way at a time. */
export const ADMIN_CONNECTIONS = 8;
