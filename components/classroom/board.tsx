"use client";

import { IconAlertTriangle, IconPlugConnected, IconPlugConnectedX } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import type { BoardRow, LabSummary, WireError } from "../../server/contracts/index.ts";
import { ConnectionProvider, useConnectedEpoch, useWire } from "../socket/index.ts";
import { AppHeader, useNow, useRelativeTime } from "../ui/index.ts";
import classes from "./board.module.css";
import { looksStuck, mergeRows, timeOnStep, totals } from "./board-rows.ts";

export function Board({ labs }: { labs: readonly LabSummary[] }) {
  return (
    <ConnectionProvider>
      <AppHeader live />
      <BoardPage labs={labs} />
    </ConnectionProvider>
  );
}

function BoardPage({ labs }: { labs: readonly LabSummary[] }) {
  const { rows, refused } = useBoard();
  const now = useNow(1_000) ?? 0;
  const sums = totals(rows ?? [], now);
  return (
    <main className={classes.page} id="content" data-test="board">
      <header className={classes.head}>
        <h1>The class</h1>
        {rows ? (
          <p role="status">
            {sums.learners} {sums.learners === 1 ? "learner" : "learners"}, {sums.connected} connected
            {sums.stuck > 0 ? <strong>, {sums.stuck} perhaps stuck</strong> : null}
          </p>
        ) : null}
      </header>
      {refused ? (
        <p className={classes.refused} role="alert">
          <IconAlertTriangle size={18} aria-hidden />
          {refused.code === "forbidden"
            ? "This page is for instructors. Sign in as one, or ask the person who runs this server."
            : refused.message}
        </p>
      ) : rows === undefined ? (
        <p role="status">Reading the class…</p>
      ) : rows.length === 0 ? (
        <p>Nobody is here yet. A learner appears as soon as a lab is opened.</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard.
        <section className={classes.scroll} tabIndex={0} aria-label="Learners">
          <table className={classes.table}>
            <thead>
              <tr>
                <th scope="col">Learner</th>
                <th scope="col">Connection</th>
                <th scope="col">Lab and step</th>
                <th scope="col">Time on step</th>
                <th scope="col">What fails</th>
                <th scope="col">Last event</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <Learner key={row.learner} row={row} now={now} labTitle={titleOf(labs, row.lab)} />
              ))}
            </tbody>
          </table>
        </section>
      )}
    </main>
  );
}

function Learner({ row, now, labTitle }: { row: BoardRow; now: number; labTitle: string | undefined }) {
  const stuck = looksStuck(row, now);
  const ago = useRelativeTime();
  return (
    <tr data-stuck={stuck} data-test={`learner-${row.learner}`}>
      <th scope="row">{row.name}</th>
      <td>
        <span className={classes.connection} data-connected={row.connected}>
          {row.connected ? (
            <IconPlugConnected size={15} aria-hidden />
          ) : (
            <IconPlugConnectedX size={15} aria-hidden />
          )}
          {row.connected ? "connected" : "away"}
        </span>
        <span className={classes.dim}>workspace {row.workspace}</span>
      </td>
      <td>
        {row.step ? (
          <>
            {row.stepTitle ?? row.step}
            <span className={classes.dim}>
              {labTitle ?? row.lab}
              {row.stepNumber && row.stepCount ? ` · step ${row.stepNumber} of ${row.stepCount}` : ""}
            </span>
            {row.stepNumber && row.stepCount ? <Track at={row.stepNumber} of={row.stepCount} /> : null}
          </>
        ) : (
          <span className={classes.dim}>no lab open</span>
        )}
      </td>
      <td>
        {timeOnStep(row.stepSince, now)}
        {stuck ? (
          <span className={classes.stuck}>
            <IconAlertTriangle size={13} aria-hidden /> perhaps stuck
          </span>
        ) : null}
      </td>
      <td>
        {row.lastFailing ? (
          <span title={row.lastFailing.condition}>{row.lastFailing.message}</span>
        ) : (
          <span className={classes.dim}>none</span>
        )}
      </td>
      <td>
        {row.lastEvent ? (
          <>
            {row.lastEvent.text}
            <span className={classes.dim}>{ago(row.lastEvent.at, now)}</span>
          </>
        ) : (
          <span className={classes.dim}>none yet</span>
        )}
      </td>
    </tr>
  );
}

/** The lab's steps as a row of blocks, the one the learner is at marked: said in words above it. */
function Track({ at, of }: { at: number; of: number }) {
  return (
    <span className={classes.track} aria-hidden>
      {Array.from({ length: of }, (_, index) => index + 1).map((number) => (
        <span key={number} data-state={number < at ? "behind" : number === at ? "here" : "ahead"} />
      ))}
    </span>
  );
}

const titleOf = (labs: readonly LabSummary[], id: string | undefined) =>
  labs.find((lab) => lab.id === id)?.title;

function useBoard(): { rows: readonly BoardRow[] | undefined; refused: WireError | undefined } {
  const wire = useWire();
  const connected = useConnectedEpoch();
  const [rows, setRows] = useState<readonly BoardRow[]>();
  const [refused, setRefused] = useState<WireError>();
  useEffect(() => {
    if (!wire || connected === 0) return;
    void wire.ask("board:subscribe", {}).then((result) => {
      if (result.ok) setRows(mergeRows([], result.value));
      setRefused(result.ok || result.error.code === "unavailable" ? undefined : result.error);
    });
    return wire.on("board", (changed) => setRows((all) => mergeRows(all ?? [], changed)));
  }, [wire, connected]);
  return { rows, refused };
}
