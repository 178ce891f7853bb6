import type { MtlsBadge as Badge } from "../../server/contracts/index.ts";
import { badgeWords } from "./badge.ts";
import classes from "./mesh-graph.module.css";
import { MtlsIcon } from "./mtls-icon.tsx";

interface Props {
  readonly badge: Badge;
  readonly large?: boolean;
  /** Other words than an edge's. */
  readonly words?: string;
}

export function MtlsBadge({ badge, large = false, words = badgeWords(badge) }: Props) {
  return (
    <span className={classes.badge} data-state={badge.state} data-large={large}>
      <MtlsIcon state={badge.state} size={large ? 16 : 13} />
      {words}
    </span>
  );
}
