import type { Random } from "../../base/index.ts";
import { HTTP_FILTER_TYPE, type HTTPFault, type Route } from "../../xds/index.ts";
import { milliseconds } from "../duration.ts";
import { within } from "../matchers.ts";
import type { LocalReply } from "./local-reply.ts";

export interface FaultPlan {
  readonly delay: number;
  readonly abort: LocalReply | undefined;
}

const NONE: FaultPlan = { delay: 0, abort: undefined };

/** Casts the dice of a route's fault filter. Delay and abort are independent; a delayed request may then abort. */
export function planFault(route: Route | undefined, random: Random): FaultPlan {
  const config = faultOf(route);
  if (!config) return NONE;
  const delay =
    config.delay && within(config.delay.percentage, random.fraction())
      ? milliseconds(config.delay.fixedDelay)
      : 0;
  const aborts = config.abort && within(config.abort.percentage, random.fraction());
  return {
    delay: delay ?? 0,
    abort: aborts
      ? {
          status: config.abort?.httpStatus ?? 200,
          body: "fault filter abort",
          flag: "FI",
          details: "fault_filter_abort",
        }
      : undefined,
  };
}

function faultOf(route: Route | undefined): HTTPFault | undefined {
  const config = route?.typedPerFilterConfig?.["envoy.filters.http.fault"];
  return config && config["@type"] === HTTP_FILTER_TYPE.fault ? config : undefined;
}
