"use client";

import { IconBookmarkFilled, IconCheck } from "@tabler/icons-react";
import { useTranslations } from "use-intl";
import classes from "./step-nav.module.css";

interface Props {
  readonly steps: readonly { readonly id: string; readonly title: string }[];
  readonly current: string | undefined;
  readonly done: ReadonlySet<string>;
  readonly bookmarked: ReadonlySet<string>;
  onSelect(step: string): void;
}

/** The lab's steps as a numbered track; every step can be opened at any time. */
export function StepNav({ steps, current, done, bookmarked, onSelect }: Props) {
  const t = useTranslations("lab");
  return (
    <nav aria-label={t("steps")} data-test="step-nav">
      <ol className={classes.track}>
        {steps.map((step, index) => {
          const complete = done.has(step.id);
          return (
            <li key={step.id} className={classes.stop} data-done={complete}>
              <button
                type="button"
                className={classes.dot}
                data-done={complete}
                aria-current={step.id === current ? "step" : undefined}
                aria-label={`${t("step", { number: index + 1, title: step.title })}${complete ? t("stepComplete") : ""}${bookmarked.has(step.id) ? t("stepBookmarked") : ""}`}
                title={step.title}
                onClick={() => onSelect(step.id)}
              >
                {complete ? <IconCheck size={14} stroke={3} aria-hidden /> : index + 1}
              </button>
              {bookmarked.has(step.id) ? (
                <IconBookmarkFilled size={12} className={classes.mark ?? ""} aria-hidden />
              ) : null}
            </li>
          );
        })}
      </ol>
    </nav>
  );
}
