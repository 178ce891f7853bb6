import { z } from "zod";

/** An instant query when `range` is absent; else the last `seconds` up to now, by the clock of the workspace. */
export const metricsQueryRequest = z.strictObject({
  query: z.string().min(1).max(8_192),
  range: z
    .strictObject({
      seconds: z.number().int().min(10).max(604_800),
      /** Seconds between two points. */
      step: z.number().min(1).max(86_400),
    })
    .optional(),
});

export const metricSeries = z.strictObject({
  labels: z.record(z.string(), z.string()),
  /** Seconds since the epoch and the value as Prometheus writes it ("NaN" and "+Inf" included). */
  points: z.array(z.tuple([z.number(), z.string()])),
});
export type MetricSeries = z.infer<typeof metricSeries>;

export const metricsQueryAnswer = z.discriminatedUnion("status", [
  z.strictObject({
    status: z.literal("success"),
    resultType: z.enum(["vector", "matrix", "scalar", "string"]),
    series: z.array(metricSeries),
    /** Series in Prometheus' answer; more than `series` when the rest was too much to send. */
    total: z.number().int(),
    warnings: z.array(z.string()),
  }),
  /** Prometheus' own words. */
  z.strictObject({ status: z.literal("error"), errorType: z.string(), error: z.string() }),
]);
export type MetricsQueryAnswer = z.infer<typeof metricsQueryAnswer>;

/** What completion offers: names that this Prometheus knows now. */
export const metricsNamesAnswer = z.strictObject({
  metrics: z.array(z.string()).max(5_000),
  labels: z.array(z.string()).max(1_000),
});
export type MetricsNames = z.infer<typeof metricsNamesAnswer>;

export const metricsValuesRequest = z.strictObject({
  label: z.string().regex(/^[a-zA-Z_][a-zA-Z0-9_]{0,199}$/),
  metric: z
    .string()
    .regex(/^[a-zA-Z_:][a-zA-Z0-9_:]{0,199}$/)
    .optional(),
});
export const metricsValuesAnswer = z.strictObject({ values: z.array(z.string()).max(1_000) });
