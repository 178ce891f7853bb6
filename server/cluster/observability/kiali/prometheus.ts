import { arrayOf, isObject, objectOf, stringOf, valueAt } from "../../apimachinery/index.ts";
import type { Clock } from "../../base/index.ts";
import type { PodNetwork } from "../../network/index.ts";
import { fetchFrom } from "../http/index.ts";
import { MAX_SERIES, QUERY_TIMEOUT_MS } from "./limits.ts";

export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export type Query = (promql: string, time?: number) => Promise<readonly Sample[]>;

export interface PrometheusDeps {
  readonly network: PodNetwork;
  readonly clock: Clock;
  readonly url: string;
}

/** Prometheus cannot be asked, or refuses; the message is for Kiali's user. */
export class PrometheusError extends Error {
  override readonly name = "PrometheusError";
}

export function prometheusQuery(deps: PrometheusDeps): Query {
  return async (promql, time) => {
    const url = new URL(`${deps.url.replace(/\/$/, "")}/api/v1/query`);
    url.searchParams.set("query", promql);
    if (time !== undefined) url.searchParams.set("time", String(time));
    const answer = await ask(url, deps);
    const error = stringOf(valueAt(answer, "error"));
    if (error) throw new PrometheusError(error);
    const result = arrayOf(valueAt(answer, "data", "result"));
    if (result.length > MAX_SERIES) throw new PrometheusError(`more than ${MAX_SERIES} series in one answer`);
    return result.filter(isObject).map((one) => ({
      labels: Object.fromEntries(
        Object.entries(objectOf(one.metric)).map(([name, value]) => [name, stringOf(value)]),
      ),
      value: Number(arrayOf(one.value)[1]),
    }));
  };
}

async function ask(url: URL, { network, clock }: PrometheusDeps): Promise<unknown> {
  try {
    const { body } = await fetchFrom(url, { network, clock, timeout: QUERY_TIMEOUT_MS });
    return JSON.parse(body);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new PrometheusError(`Post "${url.origin}${url.pathname}": ${reason}`, { cause });
  }
}
