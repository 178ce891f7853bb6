"use client";

import type { ReactNode } from "react";
import { useTranslations } from "use-intl";
import { usePaneLinks } from "../ui/index.ts";
import classes from "./blocks.module.css";
import { CopyButton } from "./copy-button.tsx";
import { useLabActions } from "./lab-actions.tsx";

interface Props {
  readonly exec: string | undefined;
  readonly copy: string | undefined;
  readonly open: string | undefined;
  readonly set: string | undefined;
  readonly children: ReactNode;
}

export function InlineCode({ exec, copy, open, set, children }: Props) {
  const t = useTranslations("lab");
  const { run, canRun } = useLabActions();
  const links = usePaneLinks();
  const wish = set === undefined ? undefined : fileAndValue(set);
  if (wish)
    return (
      <button
        type="button"
        className={`${classes.inlineRun} ${classes.inlineOpen}`}
        disabled={!canRun}
        onClick={() => links.open("editor", wish)}
        aria-label={t("setValue", { path: wish.file, key: wish.set.path, value: wish.set.value })}
        data-test="set-inline"
      >
        <code>{children}</code>
      </button>
    );
  if (open !== undefined)
    return (
      <button
        type="button"
        className={`${classes.inlineRun} ${classes.inlineOpen}`}
        disabled={!canRun}
        onClick={() => links.open("editor", fileAndLine(open))}
        aria-label={t("openFile", { path: open })}
        data-test="open-inline"
      >
        <code>{children}</code>
      </button>
    );
  if (exec !== undefined)
    return (
      <button
        type="button"
        className={classes.inlineRun}
        disabled={!canRun}
        onClick={() => run(exec)}
        aria-label={t("runCommand", { command: exec })}
        data-test="run-inline"
      >
        <code>{children}</code>
      </button>
    );
  if (copy !== undefined)
    return (
      <span className={classes.inlineCopy}>
        <code>{children}</code>
        <CopyButton text={copy} label={t("copyCommand", { command: copy })} />
      </span>
    );
  return <code>{children}</code>;
}

/** `sample-apps/web-api.yaml:12` names a line too. */
function fileAndLine(open: string): { readonly file: string; readonly line?: number } {
  const [, file = open, line] = /^(.+?):(\d+)$/.exec(open) ?? [];
  return line === undefined ? { file } : { file, line: Number(line) };
}

/** `labs/08/strict.yaml: spec.mtls.mode = STRICT`: a value of a YAML file. */
function fileAndValue(set: string) {
  const [, file, path, value] = /^(\S+): (\S+) = (.*)$/.exec(set) ?? [];
  return file && path && value ? { file, set: { path, value } } : undefined;
}
