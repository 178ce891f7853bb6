"use client";

import { IconBookmark, IconBookmarkFilled, IconNotebook } from "@tabler/icons-react";
import { useId, useState } from "react";
import { useTranslations } from "use-intl";
import classes from "./step-notes.module.css";
import type { Notes } from "./use-notes.ts";

const mostCharacters = 8_000;

/** A note of one's own beside a step, and a mark to come back to it. */
export function StepNotes({ notes, step }: { notes: Notes; step: string }) {
  const t = useTranslations("lab");
  const { text, bookmarked } = notes.of(step);
  const [open, setOpen] = useState(false);
  const field = useId();
  const { state } = notes;
  const shown = open || text !== "";
  return (
    <section className={classes.notes} aria-label={t("notes.yours")} data-test="step-notes">
      <div className={classes.bar}>
        <button
          type="button"
          className={classes.button}
          aria-expanded={shown}
          disabled={text !== ""}
          onClick={() => setOpen(!open)}
          data-test="note-open"
        >
          <IconNotebook size={15} aria-hidden /> {t(shown ? "notes.yours" : "notes.write")}
        </button>
        <button
          type="button"
          className={classes.button}
          aria-pressed={bookmarked}
          onClick={() => notes.mark(step, !bookmarked)}
          data-test="bookmark"
        >
          {bookmarked ? <IconBookmarkFilled size={15} aria-hidden /> : <IconBookmark size={15} aria-hidden />}
          {t(bookmarked ? "notes.bookmarked" : "notes.bookmark")}
        </button>
        <span className={classes.state} role="status" data-test="note-state">
          {typeof state === "object"
            ? t("notes.failed", { reason: state.failed })
            : state === "saving"
              ? t("notes.saving")
              : text !== "" && state === "saved"
                ? t("notes.saved")
                : ""}
        </span>
      </div>
      {shown ? (
        <textarea
          id={field}
          className={classes.text}
          aria-label={t("notes.field")}
          placeholder={t("notes.placeholder")}
          maxLength={mostCharacters}
          rows={Math.min(12, Math.max(3, text.split("\n").length + 1))}
          value={text}
          onChange={(event) => notes.write(step, event.currentTarget.value)}
          data-test="note-text"
        />
      ) : null}
    </section>
  );
}
