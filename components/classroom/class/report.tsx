"use client";

import { Button } from "@mantine/core";
import { useEffect, useState } from "react";
import type { ClassReport, QuizReport, StepReport } from "../../../server/contracts/index.ts";
import { useWire } from "../../socket/index.ts";
import { EmptyState, PaneError, ScrollRegion } from "../../ui/index.ts";
import classes from "./report.module.css";
import { duration } from "./standing.ts";

/** How the class went: time per step, where learners stopped, what they answered. */
export function Report({ id, titleOf }: { id: string; titleOf: (lab: string) => string | undefined }) {
  const wire = useWire();
  const [report, setReport] = useState<ClassReport>();
  const [refused, setRefused] = useState<string>();
  const [asked, setAsked] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a click on "Read again" must ask again.
  useEffect(() => {
    void wire?.ask("class:report", { class: id }).then((result) => {
      setRefused(result.ok ? undefined : result.error.message);
      if (result.ok) setReport(result.value);
    });
  }, [wire, id, asked]);
  if (refused) return <PaneError>{refused}</PaneError>;
  if (!report) return <p role="status">Reading what was recorded…</p>;
  if (report.labs.length === 0)
    return (
      <EmptyState title="Nothing to report yet.">
        What learners do after the class is opened is counted.
      </EmptyState>
    );
  return (
    <div className={classes.report} data-test="report">
      <p className={classes.lead}>
        {report.learners} {report.learners === 1 ? "learner" : "learners"}. Time runs from the first look at a
        step until its conditions held, without the class's pauses; bars show the median, the thin line nine
        learners in ten.
        <Button size="compact-sm" variant="default" onClick={() => setAsked((count) => count + 1)}>
          Read again
        </Button>
      </p>
      {report.labs.map((lab) => (
        <section key={lab.lab}>
          <h2>{lab.title}</h2>
          <p className={classes.dim}>
            {lab.started} started, {lab.finished} finished
          </p>
          <StepBars steps={lab.steps} started={lab.started} />
        </section>
      ))}
      {report.quizzes.length > 0 ? (
        <section>
          <h2>Questions</h2>
          <ScrollRegion className={classes.scroll} label="Answers to questions">
            <table className={classes.table}>
              <thead>
                <tr>
                  <th scope="col">Question</th>
                  <th scope="col">Right at once, at last, never</th>
                  <th scope="col">Answered</th>
                  <th scope="col">Right at once</th>
                  <th scope="col">Right at last</th>
                </tr>
              </thead>
              <tbody>
                {report.quizzes.map((quiz) => (
                  <tr key={`${quiz.lab}/${quiz.question}`}>
                    <th scope="row">
                      {quiz.question}
                      <span className={classes.dim}>{titleOf(quiz.lab) ?? quiz.lab}</span>
                    </th>
                    <td>
                      <AnswerBar quiz={quiz} />
                    </td>
                    <td>{quiz.answered}</td>
                    <td>{share(quiz.rightAtOnce, quiz.answered)}</td>
                    <td>{share(quiz.rightAtLast, quiz.answered)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </ScrollRegion>
        </section>
      ) : null}
    </div>
  );
}

const share = (part: number, of: number): string =>
  of === 0 ? "–" : `${part} (${Math.round((part / of) * 100)} %)`;

/** What was answered, beside its figures. */
function AnswerBar({ quiz: { answered, rightAtOnce, rightAtLast } }: { quiz: QuizReport }) {
  const width = (count: number) => (count / Math.max(1, answered)) * 200;
  return (
    <svg className={classes.bar} viewBox="0 0 200 14" preserveAspectRatio="none" aria-hidden="true">
      <rect x="0" y="2" width={width(rightAtOnce)} height="10" className={classes.reached} />
      <rect
        x={width(rightAtOnce)}
        y="2"
        width={width(rightAtLast - rightAtOnce)}
        height="10"
        className={classes.later}
      />
    </svg>
  );
}

/** Bars of a table: the figures stand beside them, so nobody needs to see the picture. */
function StepBars({ steps, started }: { steps: readonly StepReport[]; started: number }) {
  const longest = Math.max(1, ...steps.map(({ p90Ms }) => p90Ms));
  return (
    <ScrollRegion className={classes.scroll} label="Times and drop-off by step">
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col">Step</th>
            <th scope="col">Time: median, 90 %</th>
            <th scope="col">Reached it</th>
            <th scope="col">Stopped here</th>
          </tr>
        </thead>
        <tbody>
          {steps.map((step, index) => (
            <tr key={step.step}>
              <th scope="row">
                {index + 1}. {step.title}
              </th>
              <td>
                <svg
                  className={classes.bar}
                  viewBox="0 0 200 14"
                  preserveAspectRatio="none"
                  aria-hidden="true"
                >
                  <line x1="0" x2={(step.p90Ms / longest) * 198} y1="7" y2="7" className={classes.whisker} />
                  <rect
                    x="0"
                    y="2"
                    width={(step.medianMs / longest) * 198}
                    height="10"
                    rx="2"
                    className={classes.median}
                  />
                </svg>
                {step.left > 0 ? `${duration(step.medianMs)}, ${duration(step.p90Ms)}` : "nobody yet"}
              </td>
              <td>
                <svg
                  className={classes.bar}
                  viewBox="0 0 200 14"
                  preserveAspectRatio="none"
                  aria-hidden="true"
                >
                  <rect
                    x="0"
                    y="2"
                    width={(step.seen / Math.max(1, started)) * 198}
                    height="10"
                    rx="2"
                    className={classes.reached}
                  />
                </svg>
                {step.seen}
              </td>
              <td>{step.stoppedHere > 0 ? step.stoppedHere : "–"}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}
