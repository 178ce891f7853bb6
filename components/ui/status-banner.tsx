"use client";

import { Button, Loader } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useTranslations } from "use-intl";
import { useConnectionState, useRetryNow } from "../socket/index.ts";
import { connectionWords } from "./connection-words.ts";
import classes from "./status-banner.module.css";
import { useNow } from "./use-now.ts";
import { useWorkspace } from "./workspace-provider.tsx";

/** One line under the header, only while something is not ready: what is happening, and what the learner can do. */
export function StatusBanner() {
  const t = useTranslations("shell");
  const connection = useConnectionState();
  const retryNow = useRetryNow();
  const { status, refused, reopen } = useWorkspace();
  const now = useNow(1000);

  if (connection.phase === "stopped") return null;
  if (connection.phase === "reconnecting" && connection.attempt > 2)
    return (
      <div className={classes.banner} data-tone="bad" role="alert" data-test="status-banner">
        <IconAlertTriangle size={16} aria-hidden />
        <span>
          {t("status.silent", { state: connectionWords(t, connection, now ?? connection.retryAt).text })}
        </span>
        <Button size="compact-xs" variant="default" onClick={retryNow}>
          {t("status.tryNow")}
        </Button>
      </div>
    );
  if (refused)
    return (
      <div className={classes.banner} data-tone="bad" role="alert" data-test="status-banner">
        <IconAlertTriangle size={16} aria-hidden />
        <span>{refused.message}</span>
        <Button size="compact-xs" variant="default" onClick={reopen}>
          {t("status.tryAgain")}
        </Button>
      </div>
    );
  if (!status || status.phase === "ready") return null;
  if (status.phase === "failed")
    return (
      <div className={classes.banner} data-tone="bad" role="alert" data-test="status-banner">
        <IconAlertTriangle size={16} aria-hidden />
        <span>{t("status.failed", { detail: status.detail ?? "" })}</span>
        <Button size="compact-xs" variant="default" onClick={reopen}>
          {t("status.tryAgain")}
        </Button>
      </div>
    );
  return (
    <div className={classes.banner} data-tone="busy" role="status" data-test="status-banner">
      <Loader size={14} color="currentColor" aria-hidden />
      <span>
        <strong>{t(`status.${status.phase}`)}</strong> {status.detail}
      </span>
    </div>
  );
}
