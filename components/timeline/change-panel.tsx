"use client";

import { SegmentedControl } from "@mantine/core";
import type { Tick } from "../../server/contracts/index.ts";
import { DiffText, diffLines } from "../code/index.ts";
import { useRead } from "../socket/index.ts";
import { SidePanel } from "../ui/index.ts";
import { type Side, type TickGroup, tickWords } from "./ticks.ts";
import classes from "./timeline.module.css";

interface Props {
  readonly group: TickGroup;
  readonly side: Side;
  onSide(side: Side): void;
  onClose(): void;
}

/** One change, object by object, and the choice between the mesh before and after it. */
export function ChangePanel({ group, side, onSide, onClose }: Props) {
  return (
    <SidePanel
      label="A change"
      title={`Changed at ${new Date(group.at).toLocaleTimeString()}`}
      test="change-panel"
      width={340}
      closeLabel="Close the change"
      onClose={onClose}
    >
      <div className={classes.panel}>
        <SegmentedControl
          size="xs"
          fullWidth
          aria-label="The mesh before or after this change"
          value={side}
          onChange={(value) => onSide(value === "before" ? "before" : "after")}
          data={[
            { value: "before", label: "Mesh before" },
            { value: "after", label: "Mesh after" },
          ]}
        />
        {group.ticks.map((tick) => (
          <ObjectChange key={tick.id} tick={tick} />
        ))}
      </div>
    </SidePanel>
  );
}

function ObjectChange({ tick }: { tick: Tick }) {
  const { data, error } = useRead("timeline:read", { id: tick.id }, { enabled: true });
  const lines = data ? diffLines(data.before, data.after) : [];
  return (
    <section>
      <h4>{tickWords(tick)}</h4>
      <p className={classes.by}>
        {tick.namespace ? `in ${tick.namespace}` : "for the whole cluster"}
        {tick.by ? `, by ${tick.by}` : ""}
      </p>
      {error ? <p role="alert">{error}</p> : null}
      {data ? <DiffText lines={lines} /> : null}
    </section>
  );
}
