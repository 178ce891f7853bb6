"use client";

import { IconBulb, IconInfoCircle, IconKey } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslations } from "use-intl";
import classes from "./blocks.module.css";

interface Props {
  readonly kind: string | undefined;
  readonly title: string | undefined;
  readonly children: ReactNode;
}

/** Notes are open; hints and solutions wait to be asked. */
export function Callout({ kind, title, children }: Props) {
  const t = useTranslations("lab");
  if (kind === "hint" || kind === "solution") {
    const hint = kind === "hint";
    return (
      <details className={classes.fold} data-kind={kind} data-test={kind}>
        <summary>
          {hint ? <IconBulb size={16} aria-hidden /> : <IconKey size={16} aria-hidden />}
          {title ?? t(hint ? "hint" : "solution")}
        </summary>
        <div className={classes.foldBody}>{children}</div>
      </details>
    );
  }
  return (
    <div className={classes.note} role="note" aria-label={title ?? t("note")}>
      <IconInfoCircle size={18} aria-hidden />
      <div>
        {title ? <strong>{title}</strong> : null}
        {children}
      </div>
    </div>
  );
}
