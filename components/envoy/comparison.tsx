"use client";

import { Button } from "@mantine/core";
import { useMemo, useState } from "react";
import { DiffText, diffLines } from "../code/index.ts";
import { Chip, EmptyState, ScrollRegion } from "../ui/index.ts";
import { compareConfigs, type Difference } from "./compare.ts";
import classes from "./envoy.module.css";
import type { Moment } from "./use-proxy.ts";

interface Props {
  readonly before: Moment;
  readonly after: Moment;
  onForget(): void;
}

const tones = { added: "good", removed: "bad", changed: "busy" } as const;

export function Comparison({ before, after, onForget }: Props) {
  const differences = useMemo(() => compareConfigs(before.config, after.config), [before, after]);
  const [chosen, setChosen] = useState<string>();
  const difference = differences.find(({ what }) => what === chosen) ?? differences[0];
  const clock = (at: number) => new Date(at).toLocaleTimeString();
  return (
    <>
      <div className={classes.compareHead} data-test="envoy-compare">
        <span>
          {clock(before.at)} → {clock(after.at)}:{" "}
          {differences.length === 0
            ? "nothing has changed"
            : `${differences.length} ${differences.length === 1 ? "part differs" : "parts differ"}`}
        </span>
        <Button size="compact-xs" variant="default" onClick={onForget}>
          Forget {clock(before.at)}
        </Button>
      </div>
      {difference ? (
        <div className={classes.split}>
          <ScrollRegion className={classes.tree} label="Parts that differ">
            <ul className={classes.differences}>
              {differences.map(({ kind, what }) => (
                <li key={what}>
                  <button
                    type="button"
                    aria-pressed={what === difference.what}
                    onClick={() => setChosen(what)}
                  >
                    <Chip tone={tones[kind]}>{kind}</Chip> <span>{what}</span>
                  </button>
                </li>
              ))}
            </ul>
          </ScrollRegion>
          <ScrollRegion className={classes.detailScroll} label="The difference">
            <Lines difference={difference} />
          </ScrollRegion>
        </div>
      ) : (
        <EmptyState title="Nothing has changed since then">
          The proxy is read again every few seconds; apply something and watch what it changes here.
        </EmptyState>
      )}
    </>
  );
}

function Lines({ difference: { before, after } }: { difference: Difference }) {
  const lines = useMemo(() => diffLines(before, after), [before, after]);
  return <DiffText lines={lines} />;
}
