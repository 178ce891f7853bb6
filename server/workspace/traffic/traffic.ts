import type { ReadAnswer, ReadParams } from "../../contracts/index.ts";
import { isKubeError, type KubeCluster } from "../../platform/kube/index.ts";
import { unavailable } from "../errors.ts";
import { trafficChoices } from "./choices.ts";
import { gatewayAddress } from "./gateway.ts";
import { TrafficGenerator } from "./generator.ts";
import { limits } from "./limits.ts";
import type { MeshPod } from "./pods.ts";
import { type SendDeps, sendRequest, sourcePod } from "./send.ts";
import { SentRequests } from "./sent-requests.ts";

export interface TrafficDeps {
  readonly cluster: () => Promise<{ readonly cluster: KubeCluster; readonly life: AbortSignal }>;
  readonly env: () => Readonly<Record<string, string | undefined>>;
  readonly now: () => number;
}

type Names =
  | "traffic:choices"
  | "traffic:start"
  | "traffic:stop"
  | "traffic:state"
  | "request:send"
  | "request:trail";
export type TrafficReads = { readonly [R in Names]: (params: ReadParams<R>) => Promise<ReadAnswer<R>> };

/** Requests that a learner lets run through the mesh from the page. */
export function createTraffic(deps: TrafficDeps): TrafficReads {
  const sending = async (signal?: AbortSignal): Promise<SendDeps> => {
    const { cluster, life } = await deps.cluster();
    const until = signal ? AbortSignal.any([life, signal]) : life;
    return {
      ...{ cluster, env: deps.env(), now: deps.now, signal: until },
      source: (from) => sourcePod(cluster, from, until),
    };
  };
  // Listing all pods for each of twenty requests a second would be more work than the requests.
  let known: { key: string; at: number; pod: Promise<MeshPod | undefined> } | undefined;
  const remembering = (sender: SendDeps): SendDeps => ({
    ...sender,
    source: (from) => {
      const key = `${from.namespace}/${from.name}`;
      if (known?.key !== key || deps.now() - known.at > limits.sourceMs)
        known = { key, at: deps.now(), pod: sender.source(from) };
      return known.pod;
    },
  });
  const generator = new TrafficGenerator({
    send: async (request, signal) => sendRequest(remembering(await sending(signal)), request),
    now: deps.now,
  });
  const single = new SentRequests();
  return {
    "traffic:choices": async () => {
      const { cluster, env } = await sending();
      const gateway = [false, true].some((secure) => gatewayAddress(env, secure) !== undefined);
      try {
        return await trafficChoices({ cluster, gateway, signal: AbortSignal.timeout(limits.requestMs) });
      } catch (error) {
        throw isKubeError(error) ? unavailable(error.message) : error;
      }
    },
    "traffic:start": async (plan) => generator.start(plan),
    "traffic:stop": async () => generator.stop(),
    "traffic:state": async () => generator.state(),
    "request:send": async (request) => single.send(await sending(), request),
    "request:trail": async ({ id }) => single.trail(await sending(), id),
  };
}
