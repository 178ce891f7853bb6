"use client";

import { IconFileText, IconPlayerPlayFilled } from "@tabler/icons-react";
import type { ReactNode } from "react";
import classes from "./blocks.module.css";
import { CopyButton } from "./copy-button.tsx";
import { useLabActions } from "./lab-actions.tsx";

interface Props {
  readonly kind: string | undefined;
  readonly command: string | undefined;
  readonly path: string | undefined;
  readonly children: ReactNode;
}

/** A fenced block: a command to run, what comes back, a file of the workspace, or plain text. */
export function CodeBlock({ kind, command, path, children }: Props) {
  const { run, canRun } = useLabActions();
  return (
    <figure className={classes.block} data-kind={kind ?? "plain"} data-test={`block-${kind ?? "plain"}`}>
      {kind === "output" ? <figcaption className={classes.caption}>You should see</figcaption> : null}
      {kind === "file" ? (
        <figcaption className={classes.caption}>
          <IconFileText size={14} aria-hidden /> {path}
        </figcaption>
      ) : null}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a block that scrolls sideways must be reachable by keyboard. */}
      <pre className={classes.pre} tabIndex={0}>
        {children}
      </pre>
      {command !== undefined && kind === "run" ? (
        <div className={classes.actions}>
          <button
            type="button"
            className={classes.run}
            disabled={!canRun}
            aria-label={`Run in the terminal: ${firstLine(command)}`}
            data-test="run"
            onClick={() => run(command)}
          >
            <IconPlayerPlayFilled size={12} aria-hidden /> Run
          </button>
          <CopyButton text={command} label={`Copy: ${firstLine(command)}`} />
        </div>
      ) : null}
    </figure>
  );
}

function firstLine(command: string): string {
  const [line = "", ...rest] = command.trim().split("\n");
  return rest.length > 0 ? `${line} …` : line;
}
