export {
  type FileEntry,
  type FilesList,
  fileReadAnswer,
  fileWriteAnswer,
  manifestDiffAnswer,
} from "./files.ts";
export type { MetricSeries, MetricsNames, MetricsQueryAnswer } from "./metrics.ts";
export type { EventRow, LogLine, ObjectRow, ObjectsList } from "./objects.ts";
export {
  isReadName,
  type ReadAnswer,
  type ReadEvents,
  type ReadName,
  type ReadParams,
  type ReadRequest,
  readAnswers,
  readName,
  readRequests,
} from "./reads.ts";
export type { Tick } from "./timeline.ts";
export type { Trace, TraceSpan, TraceSummary, TracesSearch } from "./traces.ts";
export type {
  HttpRequest,
  RequestHop,
  RequestOutcome,
  RequestTrail,
  TrafficChoices,
  TrafficSource,
  TrafficState,
} from "./traffic.ts";
