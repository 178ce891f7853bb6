import type { MtlsBadge as Badge } from "../../server/contracts/index.ts";
import { badgeWords } from "./badge.ts";
import classes from "./mesh-graph.module.css";
import { MtlsIcon } from "./mtls-icon.tsx";

export function MtlsBadge({ badge, large = false }: { badge: Badge; large?: boolean }) {
  return (
    <span className={classes.badge} data-state={badge.state} data-large={large}>
      <MtlsIcon state={badge.state} size={large ? 16 : 13} />
      {badgeWords(badge)}
    </span>
  );
}
