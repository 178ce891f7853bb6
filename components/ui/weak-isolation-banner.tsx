import { IconAlertTriangle } from "@tabler/icons-react";
import classes from "./status-banner.module.css";

const words = {
  shared:
    "Learners' shells are not in sandboxes here: each is a user of its own, sees other processes, and uses this server's network.",
  none: "Learners' shells are not isolated here: each reaches whatever the server itself reaches.",
};

/** For who answers for a class: its shells are walled off by less than a sandbox, because somebody has allowed it. */
export function WeakIsolationBanner({ level }: { level: string | undefined }) {
  if (level !== "shared" && level !== "none") return null;
  return (
    <aside className={classes.banner} data-tone="bad" aria-label="Isolation" data-test="weak-isolation">
      <IconAlertTriangle size={16} aria-hidden />
      <span>
        <strong>Isolation: {level}.</strong> {words[level]}
      </span>
    </aside>
  );
}
