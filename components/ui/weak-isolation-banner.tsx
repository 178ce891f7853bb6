"use client";

import { IconAlertTriangle } from "@tabler/icons-react";
import { useTranslations } from "use-intl";
import classes from "./status-banner.module.css";

/** For who answers for a class: its shells are walled off by less than a sandbox, because somebody has allowed it. */
export function WeakIsolationBanner({ level }: { level: string | undefined }) {
  const t = useTranslations("shell");
  if (level !== "shared" && level !== "none") return null;
  return (
    <aside
      className={classes.banner}
      data-tone="bad"
      aria-label={t("weakIsolation.label")}
      data-test="weak-isolation"
    >
      <IconAlertTriangle size={16} aria-hidden />
      <span>
        <strong>{t("weakIsolation.level", { level })}</strong> {t(`weakIsolation.${level}`)}
      </span>
    </aside>
  );
}
