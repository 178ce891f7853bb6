"use client";

import { IconArrowLeft } from "@tabler/icons-react";
import Link from "next/link";
import type { ReactNode } from "react";
import { useTranslations } from "use-intl";
import type { LabSummary } from "../../server/contracts/index.ts";
import { AppHeader } from "../ui/index.ts";
import classes from "./lab-sheet.module.css";
import text from "./lab-text.module.css";
import type { RenderedStep } from "./lab-text.tsx";
import { PrintButton } from "./print-button.tsx";

interface Props {
  readonly summary: LabSummary;
  readonly language: string;
  readonly intro: ReactNode;
  readonly steps: readonly RenderedStep[];
}

/**
 * All steps of a lab in a row, to be read or printed. Nothing of it acts: commands stand as text, questions without what
 * is right, hints and solutions folded as the learner leaves them.
 */
export function LabSheet({ summary, language, intro, steps }: Props) {
  const t = useTranslations("lab");
  return (
    <div className={classes.page} data-reading>
      <div className={classes.screenOnly}>
        <AppHeader />
      </div>
      <main id="content" className={classes.sheet}>
        <p className={`${classes.tools} ${classes.screenOnly}`}>
          <Link href={`/labs/${summary.id}`}>
            <IconArrowLeft size={15} aria-hidden /> {t("sheet.back")}
          </Link>
          <PrintButton />
        </p>
        <article className={text.text} lang={language}>
          <h1>{summary.title}</h1>
          <p className={classes.summary}>{summary.summary}</p>
          {intro}
          {steps.map((step, index) => (
            <section key={step.id} className={classes.step} data-test="sheet-step">
              <h2 id={step.id}>
                {index + 1}. {step.title}
              </h2>
              {step.body}
              {step.conditions.length > 0 ? (
                <div className={classes.done}>
                  <h3>{t("finish.title")}</h3>
                  <ul>
                    {step.conditions.map(({ id, title }) => (
                      <li key={id}>{title}</li>
                    ))}
                  </ul>
                </div>
              ) : null}
            </section>
          ))}
        </article>
      </main>
    </div>
  );
}
