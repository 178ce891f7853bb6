"use client";

import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { useTranslations } from "use-intl";
import classes from "./blocks.module.css";

/** Clipboard access needs a secure context; on plain http a hidden text field does the same. */
async function copyText(text: string): Promise<boolean> {
  try {
    if (navigator.clipboard) {
      await navigator.clipboard.writeText(text);
      return true;
    }
  } catch {
    return false;
  }
  const field = document.createElement("textarea");
  field.value = text;
  document.body.append(field);
  field.select();
  const copied = document.execCommand("copy");
  field.remove();
  return copied;
}

export function CopyButton({ text, label }: { text: string; label: string }) {
  const t = useTranslations("lab");
  const [outcome, setOutcome] = useState<"copied" | "refused">();
  useEffect(() => {
    if (!outcome) return;
    const timer = setTimeout(() => setOutcome(undefined), 1_800);
    return () => clearTimeout(timer);
  }, [outcome]);
  return (
    <button
      type="button"
      className={classes.button}
      aria-label={label}
      data-test="copy"
      onClick={() => void copyText(text).then((copied) => setOutcome(copied ? "copied" : "refused"))}
    >
      {outcome === "copied" ? <IconCheck size={14} aria-hidden /> : <IconCopy size={14} aria-hidden />}
      <span aria-live="polite">
        {t(outcome === "copied" ? "copied" : outcome === "refused" ? "copyRefused" : "copy")}
      </span>
    </button>
  );
}
