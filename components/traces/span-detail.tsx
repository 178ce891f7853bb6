"use client";

import { Button } from "@mantine/core";
import type { TraceSpan } from "../../server/contracts/index.ts";
import { DetailFrame, PaneWarning, ScrollRegion, usePaneLinks } from "../ui/index.ts";
import classes from "./traces.module.css";
import { duration } from "./tree.ts";

interface Props {
  readonly span: TraceSpan;
  /** Of the trace, in microseconds. */
  readonly start: number;
  onClose(): void;
}

export function SpanDetail({ span, start, onClose }: Props) {
  const links = usePaneLinks();
  const requestId = span.tags.find(({ key }) => key === "guid:x-request-id")?.value;
  return (
    <DetailFrame
      label={`Span ${span.operation}`}
      test="span-detail"
      title={`${span.service}: ${span.operation}`}
      onClose={onClose}
    >
      <ScrollRegion className={classes.detailBody} label="Tags and logs of the span">
        <p>
          begins at {duration(span.start - start)}, lasts {duration(span.duration)}
        </p>
        {span.warnings.map((warning) => (
          <PaneWarning key={warning}>{warning}</PaneWarning>
        ))}
        <Tags title="Tags" tags={span.tags} />
        {span.logs.map((log) => (
          <Tags
            key={`${log.at} ${JSON.stringify(log.fields)}`}
            title={`Log at ${duration(log.at - start)}`}
            tags={log.fields}
          />
        ))}
        <Tags title="Process" tags={span.process} />
        <p>
          <Button
            size="compact-xs"
            variant="default"
            onClick={() => links.open("mesh", { service: span.service })}
            data-test="span-in-graph"
          >
            {span.service} in the graph
          </Button>
        </p>
        {requestId ? (
          <p>
            <Button
              size="compact-xs"
              variant="default"
              onClick={() =>
                links.open("logs", { service: span.service, name: "istio-proxy", query: requestId })
              }
            >
              This request in the proxy's log
            </Button>
          </p>
        ) : null}
      </ScrollRegion>
    </DetailFrame>
  );
}

function Tags({ title, tags }: { title: string; tags: TraceSpan["tags"] }) {
  if (tags.length === 0) return null;
  return (
    <>
      <h4>{title}</h4>
      <dl className={classes.tags}>
        {tags.map(({ key, value }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: keys of tags repeat, and the list never changes.
          <div key={`${key} ${index}`}>
            <dt>{key}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}
