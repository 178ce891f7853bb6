"use client";

import { type ReactNode, useEffect, useRef } from "react";
import { useTranslations } from "use-intl";
import type { ConditionView, LabSummary, LabTime } from "../../server/contracts/index.ts";
import { useLabTimes } from "../ui/index.ts";
import { ConditionsPanel } from "./conditions-panel.tsx";
import { LabMenu } from "./lab-menu.tsx";
import classes from "./lab-text.module.css";
import { doneSteps, isComplete } from "./place.ts";
import { StepNav } from "./step-nav.tsx";
import { StepNotes } from "./step-notes.tsx";
import type { LabSession } from "./use-lab-session.ts";
import { useNotes } from "./use-notes.ts";

export interface RenderedStep {
  readonly id: string;
  readonly title: string;
  readonly conditions: readonly ConditionView[];
  readonly body: ReactNode;
}

interface Props {
  readonly summary: LabSummary;
  readonly language: string;
  readonly time: LabTime | undefined;
  readonly intro: ReactNode;
  readonly steps: readonly RenderedStep[];
  readonly current: string | undefined;
  readonly session: LabSession;
  onSelect(step: string): void;
}

/** The left half: where the learner is, the text of the step, and what must be true to go on. */
export function LabText({ summary, language, time, intro, steps, current, session, onSelect }: Props) {
  const t = useTranslations("lab");
  const times = useLabTimes();
  const index = Math.max(
    0,
    steps.findIndex((step) => step.id === current),
  );
  const step = steps[index];
  const next = steps[index + 1];
  const scroll = useRef<HTMLElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const notes = useNotes(summary.id);
  const shown = useRef(current);

  useEffect(() => {
    if (shown.current === current) return;
    // A step chosen by the learner starts at its top, read from there by a screen reader.
    if (shown.current !== undefined) {
      scroll.current?.scrollTo({ top: 0, behavior: "instant" });
      heading.current?.focus({ preventScroll: true });
    }
    shown.current = current;
  }, [current]);

  if (!step) return null;
  const complete = isComplete(step, session.progress, session.conditions);
  return (
    <section
      className={classes.pane}
      id="content"
      aria-label={t("lab")}
      data-tour="text"
      data-test="lab-text"
    >
      <div className={classes.head}>
        <div className={classes.crumb}>
          <h1 lang={language}>{summary.title}</h1>
          <span>
            {t("stepOf", { number: index + 1, total: steps.length })}
            <span className={classes.minutes} title={times.whole(summary.minutes, time)}>
              {" "}
              · {times.short(summary.minutes, time)}
            </span>
          </span>
        </div>
        <div className={classes.track}>
          <StepNav
            steps={steps}
            current={step.id}
            done={withCurrent(doneSteps(steps, session.progress), step.id, complete)}
            bookmarked={notes.bookmarked}
            onSelect={onSelect}
          />
          <LabMenu lab={summary.id} step={step} />
        </div>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard. */}
      <section className={classes.scroll} ref={scroll} tabIndex={0} aria-label={t("instructions")}>
        <article className={classes.text} lang={language}>
          {index === 0 ? <div className={classes.intro}>{intro}</div> : null}
          <h2 ref={heading} tabIndex={-1} data-test="step-title">
            {step.title}
          </h2>
          {step.body}
        </article>
        <StepNotes key={step.id} notes={notes} step={step.id} />
      </section>
      <ConditionsPanel
        key={step.id}
        conditions={step.conditions}
        results={session.conditions}
        complete={complete}
        checking={session.checking}
        error={session.checkError}
        nextTitle={next?.title}
        lab={summary.id}
        labFinished={session.progress?.finishedAt !== undefined}
        onCheck={session.check}
        onNext={() => {
          if (next) onSelect(next.id);
        }}
      />
    </section>
  );
}

const withCurrent = (done: ReadonlySet<string>, step: string, complete: boolean): ReadonlySet<string> =>
  complete ? new Set([...done, step]) : done;
