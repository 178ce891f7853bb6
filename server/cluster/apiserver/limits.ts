/** A request body longer than this is refused with 413, as kube-apiserver does (3 MiB). */
export const BODY_BYTES = 3 * 1024 * 1024;

/** JSON or YAML nested deeper is refused: nothing in Kubernetes needs it, and recursion must end. */
export const BODY_DEPTH = 100;

/** How often a patch is tried again when another writer came between. */
export const CONFLICT_RETRIES = 5;

/** A continue token older than this is refused with Expired. */
export const CONTINUE_TOKEN_MS = 5 * 60_000;

/** A watch ends by itself after 30 to 60 minutes when the client named no timeout, so that clients re-list now and then. */
export const WATCH_MIN_MS = 30 * 60_000;

/** Bookmarks go out this often on a watch that asked for them. */
export const BOOKMARK_INTERVAL_MS = 60_000;

/** Events waiting in one in-process watch; a reader that lags further is ended with Expired and lists again. */
export const WATCH_QUEUE = 10_000;

/** Bytes waiting in one HTTP watch's socket; a reader that lags further is cut off. */
export const WATCH_SOCKET_BYTES = 16 * 1024 * 1024;

/** Sum of an object's annotations, keys and values (upstream TotalAnnotationSizeLimitB). */
export const ANNOTATION_BYTES = 256 * 1024;

/** How long a new pod waits for its namespace's default service account to be made. */
export const SERVICE_ACCOUNT_WAIT_MS = 5_000;

/** The longest answer taken from a webhook (upstream's limit for its client). */
export const WEBHOOK_ANSWER_BYTES = 3 * 1024 * 1024;

/** Bytes of JSON kept for the next list or watch, shared parts counted each time; beyond, the least asked go. */
export const CACHED_TEXT_LENGTH = 32 * 1024 * 1024;

/** Objects that one cluster takes, whoever makes them; another one is refused with 429. */
export const CLUSTER_OBJECTS = 50_000;

/** Watches that clients outside the process may have open at once; another one is refused with 429. */
export const CLIENT_WATCHES = 5_000;

/** Writes that clients outside the process may make: so many a second on average, and a burst; faster ones get 429. */
export const WRITES_PER_SECOND = 2_000;
export const WRITE_BURST = 10_000;
