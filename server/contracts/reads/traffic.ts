import { z } from "zod";
import {
  headerName,
  headerValue,
  isRequestUrl,
  mostHeaders,
  requestMethods,
  trafficBounds,
} from "../plain/index.ts";

const dnsLabel = z.string().regex(/^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/);

/** Who sends: a pod of a workload, by its own curl, or somebody outside, through the ingress gateway. */
export const trafficSource = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("gateway") }),
  z.strictObject({ kind: z.literal("workload"), namespace: dnsLabel, name: dnsLabel }),
]);
export type TrafficSource = z.infer<typeof trafficSource>;

const header = z.strictObject({ name: z.string().regex(headerName), value: z.string().regex(headerValue) });

export const httpRequest = z.strictObject({
  from: trafficSource,
  method: z.enum(requestMethods),
  url: z.string().refine(isRequestUrl, { message: "http:// or https://, a host, a path" }),
  headers: z.array(header).max(mostHeaders),
});
export type HttpRequest = z.infer<typeof httpRequest>;

export const trafficStartRequest = z.strictObject({
  request: httpRequest,
  /** Requests per second. */
  rate: z.number().min(trafficBounds.rate.min).max(trafficBounds.rate.max),
  /** It ends by itself after so long. */
  seconds: z.number().int().min(trafficBounds.seconds.min).max(trafficBounds.seconds.max),
});

export const trafficState = z.strictObject({
  running: z.boolean(),
  plan: trafficStartRequest.optional(),
  sent: z.number().int(),
  /** How they ended, most frequent first: "200", or why there was no answer. */
  outcomes: z.array(z.strictObject({ outcome: z.string(), count: z.number().int() })).max(20),
  /** Requests that were due while too many others were still under way. */
  skipped: z.number().int(),
  /** Milliseconds since the epoch. */
  since: z.number().optional(),
  until: z.number().optional(),
  ended: z.enum(["asked", "limit", "left", "cannot"]).optional(),
  /** Why nothing can be sent. */
  problem: z.string().optional(),
});
export type TrafficState = z.infer<typeof trafficState>;

export const trafficChoices = z.strictObject({
  sources: z
    .array(z.strictObject({ namespace: z.string(), name: z.string(), sidecar: z.boolean() }))
    .max(500),
  /** Addresses of the mesh's services, for callers inside. */
  services: z.array(z.string()).max(500),
  /** Addresses that Gateway objects open, for callers outside; absent: no way to the gateway is known. */
  gateway: z.array(z.string()).max(200).optional(),
});
export type TrafficChoices = z.infer<typeof trafficChoices>;

export const requestOutcome = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("answered"),
    status: z.number().int(),
    milliseconds: z.number(),
    /** Head and body as they came, cut. */
    text: z.string(),
  }),
  /** Sent, and no HTTP answer came. */
  z.strictObject({ kind: z.literal("unanswered"), why: z.string(), milliseconds: z.number() }),
  /** It could not even be sent. */
  z.strictObject({ kind: z.literal("cannot"), why: z.string() }),
]);
export type RequestOutcome = z.infer<typeof requestOutcome>;

export const requestSent = z.strictObject({ id: z.string(), outcome: requestOutcome });
export const trailRequest = z.strictObject({ id: z.string().max(64) });

const hopEnd = z.strictObject({
  kind: z.enum(["client", "gateway", "workload", "service"]),
  name: z.string(),
  namespace: z.string().optional(),
});
/** What one proxy wrote of the request. */
const proxyWord = z.strictObject({
  pod: z.string(),
  namespace: z.string(),
  line: z.string(),
});
export const requestHop = z.strictObject({
  from: hopEnd,
  to: hopEnd,
  status: z.number().int(),
  flags: z.array(z.string()),
  details: z.string(),
  milliseconds: z.number().optional(),
  route: z.string(),
  cluster: z.string(),
  /** By the name in the called proxy's TLS handshake; "unknown" when no proxy wrote of the arrival. */
  security: z.enum(["mtls", "tls", "plaintext", "unknown"]),
  /** Of the ends' service accounts, "ns/shop/sa/web": what their certificates say under mutual TLS. */
  caller: z.string().optional(),
  called: z.string().optional(),
  /** Who decided how it ended: the proxy of the caller, the one of the called, or the application. */
  decidedBy: z.enum(["caller", "called", "application"]),
  sent: proxyWord.optional(),
  received: proxyWord.optional(),
});
export type RequestHop = z.infer<typeof requestHop>;

export const requestTrail = z.strictObject({
  /** As the request went, depth first. */
  hops: z.array(requestHop).max(60),
  /** Nothing more is expected. */
  settled: z.boolean(),
  requestId: z.string().optional(),
  /** In Jaeger, when the proxies sampled it. */
  traceId: z.string(),
  /** What could not be seen, and why. */
  notes: z.array(z.string()).max(10),
});
export type RequestTrail = z.infer<typeof requestTrail>;
