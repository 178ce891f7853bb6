import { type ReadAnswer, type ReadName, type ReadParams, readRequests } from "../../contracts/index.ts";
import type { KubeCluster } from "../../platform/kube/index.ts";
import { badRequest } from "../errors.ts";
import type { CommandOptions } from "../preparation/index.ts";
import { readSchema, schemaKinds } from "../schemas/index.ts";
import type { Timeline } from "../timeline/index.ts";
import { createTraffic } from "../traffic/index.ts";
import { readEnvoyDump } from "./envoy.ts";
import { type FilesAt, listFiles, readTextFile, writeTextFile } from "./files.ts";
import { ObjectFollower } from "./follower.ts";
import { readLog } from "./logs.ts";
import { applyManifest, diffManifest } from "./manifest.ts";
import { labelValues, metricNames, queryMetrics } from "./metrics.ts";
import { readObject } from "./objects.ts";
import { readTrace, searchTraces, traceOperations, traceServices } from "./traces.ts";

export interface ReadsDeps {
  /** The open way to the cluster, and the signal that ends with it. */
  readonly cluster: () => Promise<{ readonly cluster: KubeCluster; readonly life: AbortSignal }>;
  /** The learner's folder and variables as they are now. */
  readonly command: () => CommandOptions;
  readonly now: () => number;
  /** What the learner changed in the cluster. */
  readonly timeline: () => Promise<Timeline>;
}

export interface Reads {
  /** Parses the request by the read's own schema. What it answers has the shape of the contract. */
  answer(read: ReadName, request: unknown): Promise<ReadAnswer<ReadName>>;
}

type Table = { readonly [R in ReadName]: (params: ReadParams<R>) => Promise<ReadAnswer<R>> };

/** What a page asks of the workspace besides terminals: read where the kubeconfig and the files are. */
export function createReads(deps: ReadsDeps): Reads {
  const { now } = deps;
  const cluster = async () => (await deps.cluster()).cluster;
  const at = (): FilesAt => {
    const { cwd, env, enclosure } = deps.command();
    return { root: cwd, home: (env.HOME && enclosure.outside(env.HOME)) ?? cwd };
  };
  let follower: ObjectFollower | undefined;
  const following = async () => {
    const { cluster: to, life } = await deps.cluster();
    if (!follower || follower.ended) follower = new ObjectFollower(to, life);
    return follower;
  };
  const table: Table = {
    "metrics:query": async (params) => queryMetrics({ cluster: await cluster(), now }, params),
    "metrics:names": async () => metricNames(await cluster()),
    "metrics:values": async (params) => labelValues(await cluster(), params),
    "objects:list": async ({ known }) => (await following()).list(known),
    "objects:read": async (params) => readObject(await cluster(), params),
    "logs:read": async (params) => readLog(await cluster(), params),
    "envoy:dump": async (params) => readEnvoyDump({ cluster: await cluster(), now }, params),
    "files:list": () => listFiles(at()),
    "files:read": (params) => readTextFile(at(), params),
    "files:write": (params) => writeTextFile(at(), params),
    "manifest:diff": (params) => diffManifest(deps.command(), params),
    "manifest:apply": (params) => applyManifest(deps.command(), params),
    "traces:services": async () => traceServices(await cluster()),
    "traces:operations": async (params) => traceOperations(await cluster(), params),
    "traces:search": async (params) => searchTraces({ cluster: await cluster(), now }, params),
    "traces:read": async (params) => readTrace(await cluster(), params),
    "schema:kinds": async () => schemaKinds(await cluster()),
    "schema:read": async (params) => readSchema(await cluster(), params),
    "timeline:list": async () => (await deps.timeline()).list(),
    "timeline:read": async ({ id }) => (await deps.timeline()).read(id),
    ...createTraffic({ cluster: deps.cluster, env: () => deps.command().env, now }),
  };
  const run = <R extends ReadName>(read: R, request: unknown): Promise<ReadAnswer<R>> => {
    const parsed = readRequests[read].safeParse(request);
    if (!parsed.success) throw badRequest(`${read}: the request is not as agreed.`);
    // `parsed` is of the schema with this very name.
    return table[read](parsed.data as ReadParams<R>);
  };
  return { answer: async (read, request) => run(read, request) };
}
