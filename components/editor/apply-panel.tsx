"use client";

import { Button, CloseButton } from "@mantine/core";
import { DiffText, unifiedLines } from "../code/index.ts";
import { ScrollRegion } from "../ui/index.ts";
import classes from "./editor.module.css";
import type { ApplyUse } from "./use-apply.ts";

/** What applying would change, then what it did. */
export function ApplyPanel({ use, text }: { use: ApplyUse; text: string }) {
  const { state } = use;
  if (state.phase === "idle") return null;
  return (
    <section className={classes.apply} aria-label="Apply" data-test="apply-panel">
      <div className={classes.applyHead}>
        <strong role="status">{titleOf(use, text)}</strong>
        {state.phase === "shown" && state.diff.kind === "different" ? (
          state.text === text ? (
            <Button size="compact-xs" onClick={() => use.apply(text)} data-test="apply-now">
              Apply now
            </Button>
          ) : (
            <Button size="compact-xs" variant="default" onClick={() => use.ask(text)}>
              Compare again
            </Button>
          )
        ) : null}
        <CloseButton size="sm" aria-label="Close" onClick={use.close} />
      </div>
      {state.phase === "shown" && state.diff.kind !== "same" ? (
        <ScrollRegion className={classes.applyBody} label="What would change">
          {state.diff.kind === "different" ? (
            <DiffText lines={unifiedLines(state.diff.diff)} />
          ) : (
            <pre className={classes.output}>{state.diff.message}</pre>
          )}
        </ScrollRegion>
      ) : null}
      {state.phase === "done" ? (
        <ScrollRegion className={classes.applyBody} label="What kubectl said">
          <pre className={classes.output}>{state.output}</pre>
        </ScrollRegion>
      ) : null}
    </section>
  );
}

function titleOf({ state }: ApplyUse, text: string): string {
  switch (state.phase) {
    case "idle":
      return "";
    case "asking":
      return "Asking the server what would change…";
    case "applying":
      return "Applying…";
    case "done":
      return state.applied ? "Applied." : "Not applied, or not all of it:";
    case "shown":
      if (state.diff.kind === "same") return "The cluster has exactly this already.";
      if (state.diff.kind === "refused") return "The server would refuse this:";
      return state.text === text
        ? "Applying this would change:"
        : "You have typed since; this is the difference from before:";
  }
}
