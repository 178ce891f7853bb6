"use client";

import { Button, Modal } from "@mantine/core";
import type { HelpSession } from "../../server/contracts/index.ts";
import classes from "./help.module.css";
import { askWords, runningWords } from "./words.ts";

interface ConsentProps {
  readonly session: HelpSession;
  onAnswer(allow: boolean): void;
}

/** The question before anybody sees anything. Closing it without a word is a no. */
export function ConsentDialog({ session, onAnswer }: ConsentProps) {
  return (
    <Modal.Root opened onClose={() => onAnswer(false)} lockScroll={false} size={520}>
      <Modal.Overlay />
      <Modal.Content data-test="help-consent">
        <Modal.Body className={classes.dialog}>
          <Modal.Title className={classes.title}>{askWords(session)}</Modal.Title>
          <blockquote className={classes.quote}>{session.reason}</blockquote>
          <p>
            {session.mode === "view"
              ? "They will see what your terminals show from now on, and your last commands. They cannot type."
              : "They will see what your terminals show from now on, and your last commands, and what they type runs as if you had typed it."}{" "}
            You see a line at the top of this page all the while, and can end it at any time.
          </p>
          <div className={classes.foot}>
            <Button variant="default" data-autofocus onClick={() => onAnswer(false)} data-test="help-refuse">
              Not now
            </Button>
            <Button onClick={() => onAnswer(true)} data-test="help-allow">
              {session.mode === "view" ? "Let them watch" : "Let them type"}
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
  return (
    <div className={classes.watched} role="status" data-test="help-banner">
      {sessions.map((session) => (
        <div key={session.id} className={classes.watchedLine}>
          <span className={classes.eye} aria-hidden />
          <span>{runningWords(session)}</span>
          <Button size="compact-xs" variant="default" onClick={() => onEnd(session.id)} data-test="help-end">
            End it now
          </Button>
        </div>
      ))}
    </div>
  );
}
