"use client";

import { Button, SegmentedControl } from "@mantine/core";
import { IconFileText, IconRoute } from "@tabler/icons-react";
import { useEffect, useRef, useState } from "react";
import type { EventRow, ObjectRow } from "../../server/contracts/index.ts";
import { YamlText } from "../code/index.ts";
import { useRead } from "../socket/index.ts";
import { DetailFrame, PaneError, usePaneLinks } from "../ui/index.ts";
import classes from "./cluster.module.css";
import { EventTable } from "./event-table.tsx";
import { eventsOf } from "./kinds.ts";

interface Props {
  readonly row: ObjectRow;
  readonly events: readonly EventRow[];
  readonly active: boolean;
  onClose(): void;
}

/** One object as the API server has it, read again whenever its version changes. */
export function ObjectDetail({ row, events, active, onClose }: Props) {
  const [view, setView] = useState("yaml");
  const links = usePaneLinks();
  const { apiVersion, kind, namespace, name, resourceVersion } = row;
  const { data, error, again } = useRead(
    "objects:read",
    { apiVersion, kind, name, ...(namespace === undefined ? {} : { namespace }) },
    { enabled: active },
  );
  const read = useRef(resourceVersion);
  useEffect(() => {
    if (read.current === resourceVersion) return;
    read.current = resourceVersion;
    again();
  }, [resourceVersion, again]);
  const own = eventsOf(events, row);
  return (
    <DetailFrame
      className={classes.detail}
      label={`${kind} ${name}`}
      test="object-detail"
      title={
        <>
          <span className={classes.dim}>{kind}</span> {name}
        </>
      }
      onClose={onClose}
    >
      <div className={classes.detailTools}>
        <SegmentedControl
          size="xs"
          aria-label="What is shown of it"
          value={view}
          onChange={setView}
          data={[
            { value: "yaml", label: "YAML" },
            { value: "events", label: `Events (${own.length})` },
          ]}
        />
        {kind === "Pod" ? (
          <Button
            size="compact-xs"
            variant="default"
            leftSection={<IconFileText size={13} aria-hidden />}
            onClick={() => links.open("logs", { namespace, pod: name })}
          >
            Logs
          </Button>
        ) : null}
        {kind === "Pod" && row.containers?.includes("istio-proxy") ? (
          <Button
            size="compact-xs"
            variant="default"
            leftSection={<IconRoute size={13} aria-hidden />}
            onClick={() => links.open("envoy", { namespace, pod: name })}
          >
            Envoy
          </Button>
        ) : null}
      </div>
      {error ? <PaneError>{error}</PaneError> : null}
      {view === "events" ? (
        <EventTable events={own} filter="" />
      ) : data ? (
        <YamlText
          className={classes.yaml}
          label={`${kind} ${name} as YAML`}
          text={data.cut ? `${data.yaml}\n# … cut here` : data.yaml}
        />
      ) : null}
    </DetailFrame>
  );
}
