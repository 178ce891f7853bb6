"use client";

import { Loader } from "@mantine/core";
import {
  IconAlertCircleFilled,
  IconChevronDown,
  IconCircleCheckFilled,
  IconCircleDashed,
  IconHelpCircleFilled,
  IconPlayerPlayFilled,
} from "@tabler/icons-react";
import { useId } from "react";
import { useTranslations } from "use-intl";
import type { ConditionResult, ConditionView } from "../../server/contracts/index.ts";
import blocks from "./blocks.module.css";
import classes from "./conditions.module.css";
import { useLabActions } from "./lab-actions.tsx";
import { PlainText } from "./plain-text.tsx";

interface Props {
  readonly condition: ConditionView;
  readonly result: ConditionResult | undefined;
  readonly open: boolean;
  onToggle(): void;
}

export function ConditionItem({ condition, result, open, onToggle }: Props) {
  const t = useTranslations("lab");
  const detailId = useId();
  const status = result?.status ?? "pending";
  const hasDetail = result !== undefined && (status === "failed" || status === "unknown");
  return (
    <li className={classes.item} data-status={status} data-test={`condition-${condition.id}`}>
      <button
        type="button"
        className={classes.head}
        aria-expanded={hasDetail ? open : undefined}
        aria-controls={hasDetail && open ? detailId : undefined}
        onClick={onToggle}
        disabled={!hasDetail}
      >
        <StatusIcon status={status} known={result !== undefined} />
        <span className={classes.title}>
          <PlainText text={condition.title} />
        </span>
        <span className={classes.word}>{t(result ? `condition.${status}` : "condition.unasked")}</span>
        {hasDetail ? <IconChevronDown className={classes.chevron} size={15} aria-hidden /> : null}
      </button>
      {hasDetail && open ? (
        <div className={classes.detail} id={detailId}>
          <Detail result={result} />
        </div>
      ) : null}
    </li>
  );
}

function StatusIcon({ status, known }: { status: ConditionResult["status"]; known: boolean }) {
  switch (status) {
    case "passed":
      return <IconCircleCheckFilled size={18} aria-hidden />;
    case "failed":
      return <IconAlertCircleFilled size={18} aria-hidden />;
    case "unknown":
      return <IconHelpCircleFilled size={18} aria-hidden />;
    case "pending":
      return known ? <Loader size={18} aria-hidden /> : <IconCircleDashed size={18} aria-hidden />;
  }
}

function Detail({ result }: { result: ConditionResult }) {
  const t = useTranslations("lab");
  const { run, canRun } = useLabActions();
  const command = result.evidence?.command;
  return (
    <>
      <p>
        <PlainText text={result.message} />
      </p>
      {result.next ? (
        <p className={classes.next}>
          <strong>{t("condition.next")}</strong> <PlainText text={result.next} />
        </p>
      ) : null}
      {result.hints?.map((hint) => (
        <p key={hint} className={classes.hint} data-test="condition-hint">
          <strong>{t("condition.hint")}</strong> <PlainText text={hint} />
        </p>
      ))}
      {result.expected !== undefined || result.actual !== undefined ? (
        <dl className={classes.compare}>
          {result.expected !== undefined ? (
            <div>
              <dt>{t("condition.expected")}</dt>
              <dd>
                <PlainText text={result.expected} />
              </dd>
            </div>
          ) : null}
          {result.actual !== undefined ? (
            <div>
              <dt>{t("condition.found")}</dt>
              <dd>
                <PlainText text={result.actual} />
              </dd>
            </div>
          ) : null}
        </dl>
      ) : null}
      {command ? (
        <div className={classes.evidence}>
          <span>{t("condition.see")}</span>
          <code>{command}</code>
          <button
            type="button"
            className={blocks.run}
            disabled={!canRun}
            onClick={() => run(command)}
            aria-label={t("runCommand", { command })}
          >
            <IconPlayerPlayFilled size={12} aria-hidden /> {t("run")}
          </button>
        </div>
      ) : null}
      {result.evidence?.output ? <pre className={classes.output}>{result.evidence.output}</pre> : null}
    </>
  );
}
