import type { ConditionResult } from "../../contracts/index.ts";
import type { ConditionProbe, ConditionSpec } from "../labs/index.ts";
import type { ProbeContext } from "./context.ts";
import { limits } from "./limits.ts";
import { type Outcome, toResult } from "./outcome.ts";
import { probeHttp } from "./probes/http.ts";
import { probeLog } from "./probes/log.ts";
import { probeMtls } from "./probes/mtls.ts";
import { probeObject } from "./probes/object.ts";
import { probePods } from "./probes/pods.ts";
import { probeProxyConfig } from "./probes/proxy-config.ts";
import { probeRun } from "./probes/run.ts";
import { probeTraffic } from "./probes/traffic.ts";

export interface EvaluateOptions {
  readonly context: ProbeContext;
  readonly now: () => number;
}

/** One condition, once. Never rejects: whatever keeps it from being evaluated becomes "unknown" with the reason. */
export async function evaluateCondition(
  spec: ConditionSpec,
  options: EvaluateOptions,
): Promise<ConditionResult> {
  const deadline = AbortSignal.timeout(limits.conditionMs);
  const signal = AbortSignal.any([options.context.signal, deadline]);
  let outcome: Outcome;
  try {
    outcome = await probe(spec.probe, { ...options.context, signal });
  } catch (error) {
    outcome = explain(error, deadline.aborted);
  }
  return toResult(spec, outcome, options.now());
}

function probe(what: ConditionProbe, context: ProbeContext): Promise<Outcome> {
  switch (what.type) {
    case "object":
      return probeObject(what.object, context);
    case "pods":
      return probePods(what.pods, context);
    case "http":
      return probeHttp(what.http, context);
    case "mtls":
      return probeMtls(what.mtls, context);
    case "proxyConfig":
      return probeProxyConfig(what.proxyConfig, context);
    case "run":
      return probeRun(what.run, context);
    case "traffic":
      return probeTraffic(what.traffic, context);
    case "log":
      return probeLog(what.log, context);
  }
}

function explain(error: unknown, late: boolean): Outcome {
  if (late) return { kind: "unknown", why: `it took longer than ${limits.conditionMs / 1000} s` };
  const why = error instanceof Error ? error.message : String(error);
  return { kind: "unknown", why };
}
