"use client";

import { Button } from "@mantine/core";
import type { ReactNode } from "react";
import { createContext, useContext } from "react";
import { useTranslations } from "use-intl";
import type { ClassMessage } from "../../server/contracts/index.ts";
import classes from "./help.module.css";

interface Acting {
  readonly canRun: boolean;
  run(command: string): void;
}

const ActingContext = createContext<Acting>({ canRun: false, run: () => undefined });

/** What a page can do with a command that an instructor sends. */
export function MessageActing({ value, children }: { value: Acting; children: ReactNode }) {
  return <ActingContext.Provider value={value}>{children}</ActingContext.Provider>;
}

/** Nothing that an instructor sends happens by itself: the learner presses the button. */
export function MessageActions({ message }: { message: ClassMessage }) {
  const t = useTranslations("help");
  const { canRun, run } = useContext(ActingContext);
  if (message.kind === "command")
    return (
      <div className={classes.actions}>
        <Button size="compact-xs" disabled={!canRun} onClick={() => run(message.text)} data-test="help-run">
          {t("runIt")}
        </Button>
      </div>
    );
  if (message.kind === "jump" && message.lab !== undefined) {
    return (
      <div className={classes.actions}>
        {/* A plain link: within this lab it only changes the place, to which the page listens. */}
        <Button
          size="compact-xs"
          component="a"
          href={`/labs/${message.lab}#${message.step ?? ""}`}
          data-test="help-jump"
        >
          {t("goThere")}
        </Button>
      </div>
    );
  }
  return null;
}
