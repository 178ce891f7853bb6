/** Bytes of one request body kept for retries and mirrors; a longer body is sent once (Envoy's per_connection_buffer_limit_bytes). */
export const REPLAY_BODY_BYTES = 1024 * 1024;
/** First bytes a listener filter may look at; a ClientHello longer than this is refused (Envoy TLS inspector: 16 KiB). */
export const INSPECT_BYTES = 16 * 1024;
/** Label combinations of one metric; later ones are counted in `envoy_meshwork_series_dropped` only. */
export const SERIES_PER_METRIC = 10_000;
/** Time a TLS handshake may take before the connection is closed (Envoy transport_socket_connect_timeout has no default; ours bounds a stall). */
export const HANDSHAKE_MS = 15_000;
/** Idle time after which a pooled upstream connection is closed (Envoy http idle_timeout default 1 h; ours frees memory sooner). */
export const POOL_IDLE_MS = 60_000;
/** Idle connections kept per endpoint. */
export const POOL_IDLE_CONNECTIONS = 64;
/** Highest body read by the admin interface and the agent's status port. */
export const ADMIN_BODY_BYTES = 64 * 1024;
/** Total size of request headers, as Envoy's max_request_headers_kb 60. */
export const HEADER_BYTES = 60 * 1024;
/** How long a drained connection may finish what it is doing (Envoy drain time; istio sets 45 s). */
export const DRAIN_MS = 45_000;
/** Made label sets of Istio's metrics kept per peer; beyond that they are made anew. */
export const MAX_LABEL_SETS = 256;
/** Peers whose metadata is kept decoded. */
export const MAX_DECODED_PEERS = 1_000;
/** Fields of one head, as Envoy's max_headers_count. */
export const MAX_HEADERS = 100;
/** Longest line between chunks; a longer one is a protocol error. */
export const MAX_CHUNK_LINE = 4 * 1024;
/** Longest trailer line; trailers are dropped. */
export const MAX_TRAILER_BYTES = 8 * 1024;
/** Bytes collected before they are handed to a socket. */
export const OUTPUT_BYTES = 16 * 1024;
/** Bytes of further requests that a client may send ahead (pipelining) before its connection is not read any more. */
export const READ_AHEAD_BYTES = 64 * 1024;
/** Parsed key sets of tokens, and compiled expressions of access logs, kept for reuse. */
export const MAX_KEY_SETS = 200;
export const MAX_EXPRESSIONS = 200;
/** Time a refused client has to read its answer while it is still sending (Envoy delayed_close_timeout 1 s). */
export const DELAYED_CLOSE_MS = 1_000;
