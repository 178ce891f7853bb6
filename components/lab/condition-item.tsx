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

const words = {
  passed: "passed",
  failed: "not yet",
  unknown: "could not be checked",
  pending: "checking",
} as const;

export function ConditionItem({ condition, result, open, onToggle }: Props) {
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
        <span className={classes.word}>{result ? words[status] : "not checked yet"}</span>
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
  const { run, canRun } = useLabActions();
  const command = result.evidence?.command;
  return (
    <>
      <p>
        <PlainText text={result.message} />
      </p>
      {result.next ? (
        <p className={classes.next}>
          <strong>Try next:</strong> <PlainText text={result.next} />
        </p>
      ) : null}
      {result.hints?.map((hint) => (
        <p key={hint} className={classes.hint} data-test="condition-hint">
          <strong>Hint:</strong> <PlainText text={hint} />
        </p>
      ))}
      {result.expected !== undefined || result.actual !== undefined ? (
        <dl className={classes.compare}>
          {result.expected !== undefined ? (
            <div>
              <dt>Expected</dt>
              <dd>
                <PlainText text={result.expected} />
              </dd>
            </div>
          ) : null}
          {result.actual !== undefined ? (
            <div>
              <dt>Found</dt>
              <dd>
                <PlainText text={result.actual} />
              </dd>
            </div>
          ) : null}
        </dl>
      ) : null}
      {command ? (
        <div className={classes.evidence}>
          <span>See for yourself</span>
          <code>{command}</code>
          <button
            type="button"
            className={blocks.run}
            disabled={!canRun}
            onClick={() => run(command)}
            aria-label={`Run in the terminal: ${command}`}
          >
            <IconPlayerPlayFilled size={12} aria-hidden /> Run
          </button>
        </div>
      ) : null}
      {result.evidence?.output ? <pre className={classes.output}>{result.evidence.output}</pre> : null}
    </>
  );
}
