/** Pods one reconcile creates or deletes at most; the rest follows in the next (replicaset BurstReplicas). */
export const BURST_REPLICAS = 500;

/** How long our own writes may take to come back by watch before we act anyway (ExpectationsTimeout). */
export const EXPECTATIONS_TIMEOUT_MS = 5 * 60 * 1000;

/** Characters that the history of revisions in an annotation may have (maxRevHistoryLengthInChars). */
export const REVISION_HISTORY_LENGTH = 2000;

/** Endpoints in one slice (--max-endpoints-per-slice). */
export const ENDPOINTS_PER_SLICE = 100;

/** Addresses in an Endpoints object (maxEndpointsCapacity); those above it are left out and an annotation says so. */
export const ENDPOINTS_CAPACITY = 1000;

/** Addresses that LoadBalancer services are given, first to last. */
export const LOAD_BALANCER_POOL = { prefix: "172.18.255.", first: 200, last: 250 } as const;

/** What the first of them is given. */
export const FIRST_BALANCER_ADDRESS = `${LOAD_BALANCER_POOL.prefix}${LOAD_BALANCER_POOL.first}`;

/** Ended pods that are kept (--terminated-pod-gc-threshold; upstream 12500, for clusters of thousands of nodes). */
export const TERMINATED_PODS_KEPT = 500;

/** Workers per controller. One process with one thread gains little from more. */
export const WORKERS = 2;

/** How long an event is kept after it was last seen (kube-apiserver --event-ttl). */
export const EVENT_TTL_MS = 60 * 60 * 1000;

/** Events kept at most; beyond it the oldest go early, for a busy hour must not fill the storage. */
export const EVENTS_KEPT = 5000;

/** Missed times of a cron schedule that are counted through; beyond them only the last hour is looked at. */
export const MISSED_SCHEDULES = 2000;

/** How often an autoscaler looks at its target (--horizontal-pod-autoscaler-sync-period). */
export const AUTOSCALER_PERIOD_MS = 15_000;

/** A set of more replicas than this is looked at so many milliseconds after its pods change, not at each change. */
export const MANY_REPLICAS = 100;
export const GATHER_MS = 200;
