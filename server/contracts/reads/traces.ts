import { z } from "zod";

export const tracesServicesAnswer = z.strictObject({ services: z.array(z.string()).max(500) });

export const tracesOperationsRequest = z.strictObject({ service: z.string().min(1).max(300) });
export const tracesOperationsAnswer = z.strictObject({ operations: z.array(z.string()).max(1_000) });

export const tracesSearchRequest = z.strictObject({
  service: z.string().min(1).max(300),
  operation: z.string().max(300).optional(),
  /** All must be there with this value. */
  tags: z.record(z.string().max(200), z.string().max(500)).optional(),
  /** As Jaeger writes them: "1.2s", "100ms", "500us". */
  minDuration: z
    .string()
    .regex(/^\d+(\.\d+)?(us|µs|ms|s|m)$/)
    .optional(),
  maxDuration: z
    .string()
    .regex(/^\d+(\.\d+)?(us|µs|ms|s|m)$/)
    .optional(),
  lookbackSeconds: z.number().int().min(60).max(604_800),
  limit: z.number().int().min(1).max(100),
});
export type TracesSearch = z.infer<typeof tracesSearchRequest>;

export const traceSummary = z.strictObject({
  id: z.string(),
  service: z.string(),
  operation: z.string(),
  /** Microseconds since the epoch, and of duration. */
  start: z.number(),
  duration: z.number(),
  spans: z.number().int(),
  errors: z.number().int(),
  services: z.array(z.strictObject({ name: z.string(), spans: z.number().int() })),
});
export type TraceSummary = z.infer<typeof traceSummary>;
export const tracesSearchAnswer = z.strictObject({ traces: z.array(traceSummary).max(100) });

const tag = z.strictObject({ key: z.string(), value: z.string() });
export const traceSpan = z.strictObject({
  id: z.string(),
  parent: z.string().optional(),
  service: z.string(),
  operation: z.string(),
  start: z.number(),
  duration: z.number(),
  error: z.boolean(),
  tags: z.array(tag),
  process: z.array(tag),
  logs: z.array(z.strictObject({ at: z.number(), fields: z.array(tag) })),
  warnings: z.array(z.string()),
});
export type TraceSpan = z.infer<typeof traceSpan>;

export const traceReadRequest = z.strictObject({ id: z.string().regex(/^[0-9a-fA-F]{1,32}$/) });
export const traceReadAnswer = z.strictObject({
  id: z.string(),
  spans: z.array(traceSpan).max(10_000),
  /** Spans in the trace; more than `spans` when the rest was too much to send. */
  total: z.number().int(),
});
export type Trace = z.infer<typeof traceReadAnswer>;
