"use client";

import { Button, CloseButton } from "@mantine/core";
import { useTranslations } from "use-intl";
import type { ClassMessage } from "../../server/contracts/index.ts";
import { headWords, MessageBody } from "../talk/index.ts";
import classes from "./help.module.css";
import { MessageActions } from "./message-actions.tsx";

interface Props {
  /** Newest last. */
  readonly messages: readonly ClassMessage[];
  onDismiss(message: string): void;
  /** Shows all that was said. */
  onMore(): void;
}

/** What an instructor just said: the newest stays in sight until it is put away; the others are one click off. */
export function FreshNotes({ messages, onDismiss, onMore }: Props) {
  const t = useTranslations("help");
  const talk = useTranslations("talk");
  const newest = messages.at(-1);
  if (!newest) return null;
  const others = messages.length - 1;
  return (
    <section
      className={classes.notes}
      aria-label={t("fromInstructor")}
      aria-live="polite"
      data-test="help-notes"
    >
      <article key={newest.id} className={classes.note}>
        <header>
          <strong>{headWords(talk, newest)}</strong>
          <CloseButton size="sm" aria-label={t("putAway")} onClick={() => onDismiss(newest.id)} />
        </header>
        <MessageBody message={newest} />
        <MessageActions message={newest} />
        {others > 0 ? (
          <Button size="compact-xs" variant="subtle" className={classes.more} onClick={onMore}>
            {t("more", { count: others })}
          </Button>
        ) : null}
      </article>
    </section>
  );
}
