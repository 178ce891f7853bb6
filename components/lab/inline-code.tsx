"use client";

import type { ReactNode } from "react";
import classes from "./blocks.module.css";
import { CopyButton } from "./copy-button.tsx";
import { useLabActions } from "./lab-actions.tsx";

interface Props {
  readonly exec: string | undefined;
  readonly copy: string | undefined;
  readonly children: ReactNode;
}

export function InlineCode({ exec, copy, children }: Props) {
  const { run, canRun } = useLabActions();
  if (exec !== undefined)
    return (
      <button
        type="button"
        className={classes.inlineRun}
        disabled={!canRun}
        onClick={() => run(exec)}
        aria-label={`Run in the terminal: ${exec}`}
        data-test="run-inline"
      >
        <code>{children}</code>
      </button>
    );
  if (copy !== undefined)
    return (
      <span className={classes.inlineCopy}>
        <code>{children}</code>
        <CopyButton text={copy} label={`Copy: ${copy}`} />
      </span>
    );
  return <code>{children}</code>;
}
