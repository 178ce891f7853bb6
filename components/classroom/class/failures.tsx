import type { ReactNode } from "react";
import { EmptyState } from "../../ui/index.ts";
import classes from "./board.module.css";
import { byFailure, type FailureGroup, type Standing } from "./standing.ts";

interface Props {
  readonly standings: readonly Standing[];
  readonly nameOf: (learner: string) => string;
  readonly titleOf: (lab: string | undefined) => string | undefined;
  /** What can be done for a whole group. */
  readonly actions: (group: FailureGroup) => ReactNode;
}

/** The same condition that fails for several: one hint may reach them all. */
export function Failures({ standings, nameOf, titleOf, actions }: Props) {
  const groups = byFailure(standings);
  if (groups.length === 0) return <EmptyState title="No condition fails just now." />;
  return (
    <ul className={classes.groups} data-test="failures">
      {groups.map((group) => (
        <li key={`${group.lab}/${group.step}/${group.condition}`} data-test={`failure-${group.condition}`}>
          <div className={classes.groupHead}>
            <strong className={classes.groupCount}>{group.standings.length}</strong>
            <div>
              <h2>{group.condition}</h2>
              <span className={classes.dim}>
                {titleOf(group.lab) ?? group.lab} · {group.stepTitle ?? group.step}
              </span>
            </div>
            {actions(group)}
          </div>
          {group.messages.slice(0, 3).map((message) => (
            <p key={message}>{message}</p>
          ))}
          {group.messages.length > 3 ? (
            <p className={classes.dim}>and {group.messages.length - 3} more wordings</p>
          ) : null}
          <p className={classes.dim}>{group.standings.map(({ row }) => nameOf(row.learner)).join(", ")}</p>
        </li>
      ))}
    </ul>
  );
}
