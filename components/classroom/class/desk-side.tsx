"use client";

import type { LabSummary } from "../../../server/contracts/index.ts";
import { type HelpDeskUse, HelpQueue, Tell } from "../../help-desk/index.ts";
import classes from "./board.module.css";

interface Props {
  readonly classroom: string;
  readonly labs: readonly LabSummary[];
  readonly desk: HelpDeskUse;
  readonly nameOf: (learner: string) => string;
  readonly titleOf: (lab: string | undefined) => string | undefined;
  readonly onOpen: (learner: { id: string; name: string }) => void;
}

/** Beside the board: who waits for help, and a word to everybody. */
export function DeskSide({ classroom, labs, desk, nameOf, titleOf, onOpen }: Props) {
  return (
    <aside className={classes.side}>
      <HelpQueue desk={desk} nameOf={({ id }) => nameOf(id)} titleOf={titleOf} onOpen={onOpen} />
      <section aria-labelledby="tell-all" className={classes.tellAll}>
        <h2 id="tell-all">To everybody</h2>
        <Tell classroom={classroom} labs={labs} label="Write to the whole class" />
      </section>
    </aside>
  );
}
