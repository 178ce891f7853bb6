"use client";

import { Button } from "@mantine/core";
import { IconMoon, IconZzz } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { useLocale, useTranslations } from "use-intl";
import { useConnectionState, useRetryNow, useWire } from "../socket/index.ts";
import classes from "./status-banner.module.css";
import { useNow } from "./use-now.ts";

interface Shown {
  readonly stopsAt: number;
  readonly keptDays: number;
}

/** Says that a workspace nobody uses will be stopped, and afterwards that it was; and what stays. */
export function IdleNotice() {
  const t = useTranslations("shell");
  const locale = useLocale();
  const wire = useWire();
  const connection = useConnectionState();
  const retryNow = useRetryNow();
  const [notice, setNotice] = useState<Shown>();
  useEffect(
    () =>
      wire?.on("workspace:idle", (told) =>
        setNotice(told ? { stopsAt: Date.now() + told.stopsInMs, keptDays: told.keptDays } : undefined),
      ),
    [wire],
  );
  // What was announced to an earlier connection does not hold for this one.
  const connected = connection.phase === "connected";
  useEffect(() => {
    if (!connected) setNotice(undefined);
  }, [connected]);
  if (connection.phase === "stopped")
    return (
      <div className={classes.banner} data-tone="busy" role="alert" data-test="workspace-stopped">
        <IconMoon size={16} aria-hidden />
        <span>
          <strong>{t("idle.stoppedHead")}</strong>{" "}
          {t("idle.stoppedKept", {
            day: new Date(connection.keptUntil).toLocaleDateString(locale, { dateStyle: "long" }),
          })}
        </span>
        <Button size="compact-sm" onClick={retryNow} data-test="go-on">
          {t("idle.goOn")}
        </Button>
      </div>
    );
  if (!notice) return null;
  return (
    <div className={classes.banner} data-tone="bad" role="alert" data-test="workspace-idle">
      <IconZzz size={16} aria-hidden />
      <span>
        <strong>{t("idle.head")}</strong> {t("idle.stops")} <Left until={notice.stopsAt} />.{" "}
        {t("idle.kept", { days: notice.keptDays })}
      </span>
      {/* Every touch says it; the button is for whoever looks for one. */}
      <Button
        size="compact-sm"
        variant="default"
        onClick={() => void wire?.ask("presence:here", {})}
        data-test="still-here"
      >
        {t("idle.here")}
      </Button>
    </div>
  );
}

/** The time that is left; not read aloud at every second. */
function Left({ until }: { until: number }) {
  const t = useTranslations("shell");
  const now = useNow(1_000);
  const seconds = Math.max(0, Math.ceil((until - (now ?? until)) / 1_000));
  return (
    <span role="timer" aria-live="off">
      {t("idle.in", { time: `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}` })}
    </span>
  );
}
