"use client";

import {
  IconAlertTriangle,
  IconHandStop,
  IconPlugConnected,
  IconPlugConnectedX,
  IconZzz,
} from "@tabler/icons-react";
import { memo, type ReactNode } from "react";
import type { BoardRow } from "../../../server/contracts/index.ts";
import { ScrollRegion } from "../../ui/index.ts";
import classes from "./board.module.css";
import { duration, type Standing } from "./standing.ts";

interface TableProps {
  readonly standings: readonly Standing[];
  readonly nameOf: (learner: string) => string;
  readonly titleOf: (lab: string | undefined) => string | undefined;
  /** What can be done with a learner. */
  readonly actions: (row: BoardRow, name: string) => ReactNode;
}

export function LearnersTable({ standings, nameOf, titleOf, actions }: TableProps) {
  return (
    <ScrollRegion className={classes.scroll} label="Learners">
      <table className={classes.table} data-test="learners">
        <thead>
          <tr>
            <th scope="col">Learner</th>
            <th scope="col">Lab and step</th>
            <th scope="col">On the step</th>
            <th scope="col">What fails</th>
            <th scope="col">Last event</th>
            <th scope="col">Workspace</th>
            <th scope="col">
              <span className={classes.unseen}>Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {standings.map(({ row, onStepMs, stuck, idle }) => (
            <LearnerRow
              key={row.learner}
              row={row}
              name={nameOf(row.learner)}
              labTitle={titleOf(row.lab)}
              onStep={onStepMs === undefined ? undefined : duration(onStepMs)}
              stuck={stuck}
              idle={idle}
              actions={actions}
            />
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}

interface RowProps {
  readonly row: BoardRow;
  readonly name: string;
  readonly labTitle: string | undefined;
  readonly onStep: string | undefined;
  readonly stuck: string | undefined;
  readonly idle: boolean;
  readonly actions: TableProps["actions"];
}

/** Drawn again when something of it changed, not at every tick: 200 of them stay smooth. */
const LearnerRow = memo(function LearnerRow({ row, name, labTitle, onStep, stuck, idle, actions }: RowProps) {
  const need = row.hand ? "hand" : stuck ? "stuck" : undefined;
  return (
    <tr data-need={need} data-test={`learner-${row.learner}`}>
      <th scope="row">
        <span className={classes.name}>{name}</span>
        <Presence connected={row.connected} idle={idle} />
        {row.hand ? (
          <span className={classes.hand}>
            <IconHandStop size={14} aria-hidden /> hand up{row.hand.note ? `: ${row.hand.note}` : ""}
          </span>
        ) : null}
      </th>
      <td>
        {row.step ? (
          <>
            <span className={classes.two}>{row.stepTitle ?? row.step}</span>
            <span className={classes.dim}>
              {labTitle ?? row.lab}
              {row.stepNumber && row.stepCount ? ` · ${row.stepNumber} of ${row.stepCount}` : ""}
              {row.stepPassed ? " · passed" : ""}
            </span>
          </>
        ) : (
          <span className={classes.dim}>no lab open</span>
        )}
      </td>
      <td>
        <span className={classes.nowrap}>{onStep ?? "–"}</span>
        {stuck ? (
          <span className={classes.stuck} title={stuck}>
            <IconAlertTriangle size={13} aria-hidden /> perhaps stuck
            <span className={classes.why}>{stuck}</span>
          </span>
        ) : null}
      </td>
      <td>
        {row.lastFailing ? (
          <>
            <span className={classes.two}>{row.lastFailing.message}</span>
            <span className={classes.dim}>{row.lastFailing.condition}</span>
          </>
        ) : (
          <span className={classes.dim}>nothing</span>
        )}
      </td>
      <td>
        <span className={classes.two}>{row.lastEvent?.text ?? ""}</span>
      </td>
      <td>
        <span className={classes.nowrap}>{row.workspace}</span>
        {row.isolation ? <span className={classes.dim}>isolation {row.isolation}</span> : null}
        {row.preflight ? <span className={classes.dim}>browser {row.preflight}</span> : null}
      </td>
      <td>{actions(row, name)}</td>
    </tr>
  );
});

function Presence({ connected, idle }: { connected: boolean; idle: boolean }) {
  const state = connected ? (idle ? "idle" : "connected") : "away";
  return (
    <span className={classes.presence} data-state={state}>
      {state === "idle" ? (
        <IconZzz size={14} aria-hidden />
      ) : connected ? (
        <IconPlugConnected size={14} aria-hidden />
      ) : (
        <IconPlugConnectedX size={14} aria-hidden />
      )}
      {state}
    </span>
  );
}
