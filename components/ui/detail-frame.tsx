import { CloseButton } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslations } from "use-intl";
import classes from "./detail-frame.module.css";

interface Props {
  readonly label: string;
  readonly title: ReactNode;
  readonly test: string;
  readonly className?: string | undefined;
  readonly children: ReactNode;
  onClose(): void;
}

/** What was chosen in a list, beside the list. */
export function DetailFrame({ label, title, test, className, children, onClose }: Props) {
  const t = useTranslations("shell");
  return (
    <section className={`${classes.detail} ${className ?? ""}`} aria-label={label} data-test={test}>
      <div className={classes.head}>
        <h3 title={label}>{title}</h3>
        <CloseButton size="sm" aria-label={t("close")} onClick={onClose} />
      </div>
      {children}
    </section>
  );
}
