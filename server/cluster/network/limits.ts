/** Bytes one direction of a connection holds before the writer waits: Linux' usual start for a socket buffer. */
export const SOCKET_BUFFER_BYTES = 64 * 1024;

/**
 * Open connections of a pod, both ways; one more is refused, as with a full backlog. A request that a learner's routes
 * send round in circles ends here: some 45 KB for each connection.
 */
export const MAX_CONNECTIONS_PER_POD = 2048;

/** Connections from real sockets that all edges together carry at once; one more is reset on accept. */
export const MAX_EDGE_CONNECTIONS = 1024;

/**
 * Real listeners on addresses of the cluster; services come first, and pods beyond it answer inside the cluster only. A
 * mesh of 25 pods needs some 200. With MAX_EDGE_CONNECTIONS well below the 4,096 files that a process may usually open.
 */
export const MAX_EDGES = 1024;

/** Pauses before an edge whose address cannot be had tries again; the last one repeats. */
export const EDGE_RETRY_MS = [1000, 2000, 5000, 15_000] as const;

/** Listeners that come and go within this time are looked at together. */
export const EDGE_GATHER_MS = 10;

/** How long a SYN to a silent address is retried: tcp_syn_retries = 6, as Linux has it. */
export const CONNECT_TIMEOUT_MS = 127_000;

/** Deliveries made without letting the event loop turn; then one waits, so that busy pods cannot starve real sockets. */
export const DELIVERIES_PER_TURN = 512;

/** Linux' ephemeral ports (ip_local_port_range). */
export const FIRST_EPHEMERAL_PORT = 32_768;
export const LAST_EPHEMERAL_PORT = 60_999;
