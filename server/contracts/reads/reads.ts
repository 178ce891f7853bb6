import { z } from "zod";
import type { Result } from "../result.ts";
import {
  fileReadAnswer,
  fileReadRequest,
  filesListAnswer,
  fileWriteAnswer,
  fileWriteRequest,
  manifestApplyAnswer,
  manifestDiffAnswer,
  manifestRequest,
} from "./files.ts";
import {
  metricsNamesAnswer,
  metricsQueryAnswer,
  metricsQueryRequest,
  metricsValuesAnswer,
  metricsValuesRequest,
} from "./metrics.ts";
import {
  envoyDumpAnswer,
  envoyDumpRequest,
  logsReadAnswer,
  logsReadRequest,
  objectReadAnswer,
  objectReadRequest,
  objectsListAnswer,
  objectsListRequest,
} from "./objects.ts";
import { schemaKindsAnswer, schemaReadAnswer, schemaReadRequest } from "./schemas.ts";
import { timelineListAnswer, timelineReadAnswer, timelineReadRequest } from "./timeline.ts";
import {
  traceReadAnswer,
  traceReadRequest,
  tracesOperationsAnswer,
  tracesOperationsRequest,
  tracesSearchAnswer,
  tracesSearchRequest,
  tracesServicesAnswer,
} from "./traces.ts";
import {
  httpRequest,
  requestSent,
  requestTrail,
  trafficChoices,
  trafficStartRequest,
  trafficState,
  trailRequest,
} from "./traffic.ts";

const empty = z.strictObject({});

/**
 * What a page asks of the learner's workspace besides its terminals: the browser sends the event, web passes it on by this
 * name, the workspace host answers. Web looks at neither, but that they have their shape.
 */
export const readRequests = {
  "metrics:query": metricsQueryRequest,
  "metrics:names": empty,
  "metrics:values": metricsValuesRequest,
  "objects:list": objectsListRequest,
  "objects:read": objectReadRequest,
  "logs:read": logsReadRequest,
  "envoy:dump": envoyDumpRequest,
  "files:list": empty,
  "files:read": fileReadRequest,
  "files:write": fileWriteRequest,
  "manifest:diff": manifestRequest,
  "manifest:apply": manifestRequest,
  "traces:services": empty,
  "traces:operations": tracesOperationsRequest,
  "traces:search": tracesSearchRequest,
  "traces:read": traceReadRequest,
  "traffic:choices": empty,
  /** Replaces what runs. */
  "traffic:start": trafficStartRequest,
  "traffic:stop": empty,
  /** Who asks shows that somebody is still there. */
  "traffic:state": empty,
  "request:send": httpRequest,
  "request:trail": trailRequest,
  "timeline:list": empty,
  "timeline:read": timelineReadRequest,
  "schema:kinds": empty,
  "schema:read": schemaReadRequest,
} as const;

const answers = {
  "metrics:query": metricsQueryAnswer,
  "metrics:names": metricsNamesAnswer,
  "metrics:values": metricsValuesAnswer,
  "objects:list": objectsListAnswer,
  "objects:read": objectReadAnswer,
  "logs:read": logsReadAnswer,
  "envoy:dump": envoyDumpAnswer,
  "files:list": filesListAnswer,
  "files:read": fileReadAnswer,
  "files:write": fileWriteAnswer,
  "manifest:diff": manifestDiffAnswer,
  "manifest:apply": manifestApplyAnswer,
  "traces:services": tracesServicesAnswer,
  "traces:operations": tracesOperationsAnswer,
  "traces:search": tracesSearchAnswer,
  "traces:read": traceReadAnswer,
  "traffic:choices": trafficChoices,
  "traffic:start": trafficState,
  "traffic:stop": trafficState,
  "traffic:state": trafficState,
  "request:send": requestSent,
  "request:trail": requestTrail,
  "timeline:list": timelineListAnswer,
  "timeline:read": timelineReadAnswer,
  "schema:kinds": schemaKindsAnswer,
  "schema:read": schemaReadAnswer,
} as const;

export type ReadName = keyof typeof readRequests;
/** As a page writes it. */
export type ReadRequest<R extends ReadName> = z.input<(typeof readRequests)[R]>;
/** As it is after parsing: defaults filled in. */
export type ReadParams<R extends ReadName> = z.infer<(typeof readRequests)[R]>;
export type ReadAnswer<R extends ReadName> = z.infer<(typeof answers)[R]>;

export const readAnswers: { readonly [R in ReadName]: z.ZodType<ReadAnswer<R>> } = answers;

export type ReadEvents = {
  [R in ReadName]: (request: ReadRequest<R>, answer: (result: Result<ReadAnswer<R>>) => void) => void;
};

export const isReadName = (name: string): name is ReadName => Object.hasOwn(readRequests, name);
export const readName = z.string().refine(isReadName);
