"use client";

import { Button, Modal } from "@mantine/core";
import { useTranslations } from "use-intl";
import type { HelpSession } from "../../server/contracts/index.ts";
import classes from "./help.module.css";

interface ConsentProps {
  readonly session: HelpSession;
  onAnswer(allow: boolean): void;
}

/** The question before anybody sees anything. Closing it without a word is a no. */
export function ConsentDialog({ session, onAnswer }: ConsentProps) {
  const t = useTranslations("help");
  return (
    <Modal.Root opened onClose={() => onAnswer(false)} lockScroll={false} size={520}>
      <Modal.Overlay />
      <Modal.Content data-test="help-consent">
        <Modal.Body className={classes.dialog}>
          <Modal.Title className={classes.title}>
            {t(`asks.${session.mode}`, { name: session.instructorName })}
          </Modal.Title>
          <blockquote className={classes.quote}>{session.reason}</blockquote>
          <p>{t(`consent.${session.mode}`)}</p>
          <div className={classes.foot}>
            <Button variant="default" data-autofocus onClick={() => onAnswer(false)} data-test="help-refuse">
              {t("consent.refuse")}
            </Button>
            <Button onClick={() => onAnswer(true)} data-test="help-allow">
              {t(`consent.allow.${session.mode}`)}
            </Button>
          </div>
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}

interface BannerProps {
  readonly sessions: readonly HelpSession[];
  onEnd(session: string): void;
}

/** Stands as long as somebody sees the learner's terminal. */
export function WatchedBanner({ sessions, onEnd }: BannerProps) {
  const t = useTranslations("help");
  return (
    <div className={classes.watched} role="status" data-test="help-banner">
      {sessions.map((session) => (
        <div key={session.id} className={classes.watchedLine}>
          <span className={classes.eye} aria-hidden />
          <span>{t(`running.${session.mode}`, { name: session.instructorName })}</span>
          <Button size="compact-xs" variant="default" onClick={() => onEnd(session.id)} data-test="help-end">
            {t("endNow")}
          </Button>
        </div>
      ))}
    </div>
  );
}
