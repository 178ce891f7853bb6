"use client";

import { Button } from "@mantine/core";
import { IconArrowRight, IconCircleCheckFilled, IconRefresh } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslations } from "use-intl";
import type { ConditionView, StepConditions, WireError } from "../../server/contracts/index.ts";
import { CertificateButton } from "./certificate-button.tsx";
import { ConditionItem } from "./condition-item.tsx";
import classes from "./conditions.module.css";

interface Props {
  readonly conditions: readonly ConditionView[];
  readonly results: StepConditions | undefined;
  readonly complete: boolean;
  readonly checking: boolean;
  readonly error: WireError | undefined;
  /** Absent on the last step. */
  readonly nextTitle: string | undefined;
  readonly lab: string;
  readonly labFinished: boolean;
  onCheck(): void;
  onNext(): void;
}

/** What must be true before a step is done, ticking live as the cluster changes. */
export function ConditionsPanel(props: Props) {
  const t = useTranslations("lab");
  const { conditions, results, complete, checking, error, nextTitle } = props;
  const [open, setOpen] = useState<string>();
  // Before anything was tried "not yet" is no news; who asks gets the explanation.
  const [asked, setAsked] = useState(false);
  const byId = new Map(results?.results.map((result) => [result.id, result]));
  const passed = conditions.filter(({ id }) => byId.get(id)?.status === "passed").length;
  const firstFailing = conditions.find(({ id }) => {
    const status = byId.get(id)?.status;
    return status === "failed" || status === "unknown";
  })?.id;
  // A step that is complete needs no advice, even when something changed since.
  const shown = open ?? (asked && !complete ? firstFailing : undefined);

  return (
    <section
      className={classes.panel}
      data-complete={complete}
      aria-label={t("finish.title")}
      data-test="conditions"
      data-tour="check"
    >
      {conditions.length > 0 ? <h3 className={classes.heading}>{t("finish.title")}</h3> : null}
      {conditions.length > 0 ? (
        <ul className={classes.list}>
          {conditions.map((condition) => (
            <ConditionItem
              key={condition.id}
              condition={condition}
              result={byId.get(condition.id)}
              open={shown === condition.id}
              onToggle={() => setOpen(shown === condition.id ? "" : condition.id)}
            />
          ))}
        </ul>
      ) : null}
      {error ? (
        <p className={classes.error} role="alert">
          {error.message}
        </p>
      ) : null}
      <div className={classes.footer}>
        <p className={classes.summary} role="status" data-test="conditions-summary">
          {complete && conditions.length > 0 ? (
            <>
              <IconCircleCheckFilled size={18} aria-hidden />
              {t(results && passed < conditions.length ? "finish.changed" : "finish.complete")}
            </>
          ) : conditions.length > 0 ? (
            t("finish.count", { passed, total: conditions.length })
          ) : (
            t("finish.nothing")
          )}
        </p>
        {conditions.length > 0 ? (
          <Button
            variant="default"
            size="xs"
            leftSection={<IconRefresh size={14} />}
            loading={checking}
            onClick={() => {
              setAsked(true);
              setOpen(undefined);
              props.onCheck();
            }}
            data-test="check"
          >
            {t("finish.check")}
          </Button>
        ) : null}
        {nextTitle !== undefined ? (
          <Button
            size="xs"
            variant={complete || conditions.length === 0 ? "filled" : "default"}
            rightSection={<IconArrowRight size={14} />}
            onClick={props.onNext}
            data-test="next-step"
            title={nextTitle}
          >
            {t("finish.next")}
          </Button>
        ) : props.labFinished || complete ? (
          <>
            <CertificateButton lab={props.lab} />
            <Button size="xs" component="a" href="/" data-test="lab-finished">
              {t("finish.back")}
            </Button>
          </>
        ) : null}
      </div>
    </section>
  );
}
