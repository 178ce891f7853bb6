"use client";

import { IconFileText, IconPencil, IconPlayerPlayFilled } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslations } from "use-intl";
import { usePaneLinks } from "../ui/index.ts";
import classes from "./blocks.module.css";
import { CopyButton } from "./copy-button.tsx";
import { useLabActions } from "./lab-actions.tsx";

interface Props {
  readonly kind: string | undefined;
  readonly command: string | undefined;
  readonly path: string | undefined;
  /** What a file that the learner makes holds. */
  readonly text: string | undefined;
  readonly children: ReactNode;
}

/** A fenced block: a command to run, what comes back, a file of the workspace, or plain text. */
export function CodeBlock({ kind, command, path, text, children }: Props) {
  const t = useTranslations("lab");
  const { run, canRun } = useLabActions();
  const links = usePaneLinks();
  return (
    <figure className={classes.block} data-kind={kind ?? "plain"} data-test={`block-${kind ?? "plain"}`}>
      {kind === "output" ? <figcaption className={classes.caption}>{t("youShouldSee")}</figcaption> : null}
      {path !== undefined ? (
        <figcaption className={classes.caption}>
          <IconFileText size={14} aria-hidden /> {path}
          <button
            type="button"
            className={`${classes.button} ${classes.open}`}
            disabled={!canRun}
            aria-label={t(text === undefined ? "openFile" : "createFile", { path })}
            data-test="open-in-editor"
            onClick={() => links.open("editor", { file: path, text })}
          >
            <IconPencil size={13} aria-hidden /> {t(text === undefined ? "openInEditor" : "createInEditor")}
          </button>
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
            aria-label={t("runCommand", { command: firstLine(command) })}
            data-test="run"
            onClick={() => run(command)}
          >
            <IconPlayerPlayFilled size={12} aria-hidden /> {t("run")}
          </button>
          <CopyButton text={command} label={t("copyCommand", { command: firstLine(command) })} />
        </div>
      ) : null}
    </figure>
  );
}

function firstLine(command: string): string {
  const [line = "", ...rest] = command.trim().split("\n");
  return rest.length > 0 ? `${line} …` : line;
}
