"use client";

import { Button } from "@mantine/core";
import { IconCircleCheckFilled, IconCircleXFilled, IconQuestionMark } from "@tabler/icons-react";
import { type FormEvent, type ReactNode, useId, useState } from "react";
import { useTranslations } from "use-intl";
import { useLabActions } from "./lab-actions.tsx";
import classes from "./quiz.module.css";

export interface QuizAnswer {
  readonly right: boolean;
  readonly label: ReactNode;
  readonly feedback: ReactNode;
}

interface Props {
  readonly question: string;
  readonly reportedAs: string;
  readonly multiple: boolean;
  readonly intro: ReactNode;
  readonly answers: readonly QuizAnswer[];
}

/** A question to oneself: as many tries as one likes. Each is told to the class's report; without a class nobody looks. */
export function Quiz({ question, reportedAs, multiple, intro, answers }: Props) {
  const t = useTranslations("lab");
  const name = useId();
  const { answered } = useLabActions();
  const [chosen, setChosen] = useState<ReadonlySet<number>>(new Set());
  const [checked, setChecked] = useState<ReadonlySet<number>>();
  const right =
    checked !== undefined && answers.every((answer, index) => answer.right === checked.has(index));
  const missing = checked !== undefined && !right && [...checked].every((index) => answers[index]?.right);
  const choose = (index: number, wanted: boolean) => {
    const next = new Set(multiple ? chosen : []);
    if (wanted) next.add(index);
    else next.delete(index);
    setChosen(next);
    setChecked(undefined);
  };
  return (
    <form
      className={classes.quiz}
      data-test="quiz"
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        setChecked(chosen);
        answered(
          reportedAs,
          answers.every((answer, index) => answer.right === chosen.has(index)),
        );
      }}
    >
      <fieldset>
        <legend>
          <IconQuestionMark size={16} aria-hidden className={classes.question} /> {question}
        </legend>
        {intro}
        {multiple ? <p className={classes.hint}>{t("quiz.choose")}</p> : null}
        {answers.map((answer, index) => (
          <div
            // biome-ignore lint/suspicious/noArrayIndexKey: the answers of one question never change places.
            key={index}
            className={classes.answer}
            data-state={checked?.has(index) ? (answer.right ? "right" : "wrong") : undefined}
          >
            <label>
              <input
                type={multiple ? "checkbox" : "radio"}
                name={name}
                checked={chosen.has(index)}
                onChange={(event) => choose(index, event.currentTarget.checked)}
              />
              <span>{answer.label}</span>
            </label>
            {checked?.has(index) ? (
              <div className={classes.feedback}>
                {answer.right ? (
                  <IconCircleCheckFilled size={16} aria-hidden />
                ) : (
                  <IconCircleXFilled size={16} aria-hidden />
                )}
                <div>
                  <strong>{t(answer.right ? "quiz.right" : "quiz.wrong")}</strong> {answer.feedback}
                </div>
              </div>
            ) : null}
          </div>
        ))}
        <div className={classes.foot}>
          <Button
            type="submit"
            size="compact-sm"
            variant="default"
            disabled={chosen.size === 0}
            data-test="quiz-check"
          >
            {t("quiz.check")}
          </Button>
          <span role="status" data-test="quiz-verdict">
            {checked === undefined ? "" : t(right ? "quiz.solved" : missing ? "quiz.missing" : "quiz.again")}
          </span>
        </div>
      </fieldset>
    </form>
  );
}
