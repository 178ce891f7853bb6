import { z } from "zod";
import type { KubeCluster } from "../../kube/index.ts";
import { limits } from "../limits.ts";

export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const answer = z.discriminatedUnion("status", [
  z.object({
    status: z.literal("success"),
    data: z.object({
      resultType: z.literal("vector"),
      result: z.array(
        z.object({ metric: z.record(z.string(), z.string()), value: z.tuple([z.number(), z.string()]) }),
      ),
    }),
  }),
  z.object({ status: z.literal("error"), error: z.string().default("no reason given") }),
]);

/** `at` in milliseconds since the epoch; absent: now. */
export type Query = (promql: string, at?: number) => Promise<readonly Sample[]>;

/** Asks the mesh's Prometheus, by way of the API server: no port-forward, no address to know. */
export function createQuery(
  cluster: KubeCluster,
  where: { namespace: string; service: string; port: number },
): Query {
  return async (promql, at) => {
    const time = at === undefined ? "" : `&time=${at / 1000}`;
    const text = await cluster.serviceProxyGet({
      ...where,
      path: `/api/v1/query?query=${encodeURIComponent(promql)}${time}`,
      signal: AbortSignal.timeout(limits.queryMs),
    });
    const body = answer.parse(JSON.parse(text));
    if (body.status === "error") throw new Error(body.error);
    const { result } = body.data;
    if (result.length > limits.samples) throw new Error(`more than ${limits.samples} series in one answer`);
    return result.map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }));
  };
}
