"use client";

import { useEffect, useState } from "react";
import { useTranslations } from "use-intl";
import { useConnectionState } from "../socket/index.ts";
import { type ConnectionWords, connectionWords, type Texts } from "../ui/index.ts";
import type { LinkState } from "./terminal-link.ts";
import classes from "./terminal-pane.module.css";
import type { TerminalUse } from "./use-terminal.ts";

interface Props {
  readonly state: LinkState;
  readonly notice: TerminalUse["notice"];
  readonly ready: boolean;
  readonly onDismiss: () => void;
}

/** Where the terminal stands, in a word; notices are said for a while and then give way to it. */
export function ConnectionNote({ state, notice, ready, onDismiss }: Props) {
  const shell = useTranslations("shell");
  const t = useTranslations("terminal");
  const connection = useConnectionState();
  const [now, setNow] = useState(() => Date.now());
  const live =
    connection.phase === "reconnecting" || (connection.phase === "connected" && connection.recoveredAt);
  useEffect(() => {
    if (!live) return;
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, [live]);
  useEffect(() => {
    if (!notice) return;
    const timer = setTimeout(onDismiss, 6_000);
    return () => clearTimeout(timer);
  }, [notice, onDismiss]);
  const words = noteOf(t, state, ready) ?? connectionWords(shell, connection, now);
  return (
    <span className={classes.note} data-tone={words.tone} role="status" data-test="terminal-state">
      <span className={classes.dot} aria-hidden />
      {notice === undefined ? words.text : typeof notice === "string" ? t(`notice.${notice}`) : notice.words}
    </span>
  );
}

function noteOf(t: Texts<"terminal">, state: LinkState, ready: boolean): ConnectionWords | undefined {
  switch (state.phase) {
    case "exited":
      return { tone: "bad", text: t("state.ended") };
    case "refused":
      return { tone: "bad", text: state.message };
    case "attaching":
      return { tone: "busy", text: t("state.attaching") };
    case "detached":
      return ready ? undefined : { tone: "busy", text: t("state.waiting") };
    case "attached":
      return undefined;
  }
}
