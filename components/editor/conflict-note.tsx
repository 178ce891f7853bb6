"use client";

import { Button } from "@mantine/core";
import { useMemo, useState } from "react";
import { DiffText, diffLines } from "../code/index.ts";
import { ScrollRegion } from "../ui/index.ts";
import type { OnDisk } from "./buffers.ts";
import classes from "./editor.module.css";

interface Props {
  readonly mine: string;
  readonly other: OnDisk | "gone";
  onTakeTheirs(): void;
  onKeepMine(): void;
}

/** Two versions of one file; neither is lost before the learner has chosen. */
export function ConflictNote({ mine, other, onTakeTheirs, onKeepMine }: Props) {
  const [shown, setShown] = useState(false);
  const gone = other === "gone";
  const lines = useMemo(
    () => (shown && other !== "gone" ? diffLines(other.text, mine) : []),
    [shown, other, mine],
  );
  return (
    <div className={classes.conflict} role="alert" data-test="editor-conflict">
      <div className={classes.conflictHead}>
        <span>
          {gone
            ? "The file was removed, perhaps in the terminal; your edits are still here."
            : "The file was changed by something else, perhaps in the terminal; your edits are still here."}
        </span>
        {gone ? null : (
          <Button size="compact-xs" variant="default" aria-expanded={shown} onClick={() => setShown(!shown)}>
            Show the difference
          </Button>
        )}
        <Button size="compact-xs" variant="default" onClick={onTakeTheirs}>
          {gone ? "Drop my edits" : "Take the one on disk"}
        </Button>
        <Button size="compact-xs" variant="default" onClick={onKeepMine} data-test="keep-mine">
          Keep mine
        </Button>
      </div>
      {shown ? (
        <ScrollRegion className={classes.conflictDiff} label="From the version on disk to mine">
          <DiffText lines={lines} />
        </ScrollRegion>
      ) : null}
    </div>
  );
}
