"use client";

import { CloseButton } from "@mantine/core";
import type { ClassMessage } from "../../server/contracts/index.ts";
import { headWords } from "../talk/index.ts";
import classes from "./help.module.css";
import { MessageActions } from "./message-actions.tsx";

interface Props {
  readonly messages: readonly ClassMessage[];
  onDismiss(message: string): void;
}

/** What an instructor just said: stays in sight until it is put away, and covers neither text nor prompt. */
export function FreshNotes({ messages, onDismiss }: Props) {
  return (
    <section
      className={classes.notes}
      aria-label="From your instructor"
      aria-live="polite"
      data-test="help-notes"
    >
      {messages.map((message) => (
        <article key={message.id} className={classes.note} data-kind={message.kind}>
          <header>
            <strong>{headWords(message)}</strong>
            <CloseButton size="sm" aria-label="Put away" onClick={() => onDismiss(message.id)} />
          </header>
          {message.kind === "command" ? (
            <pre className={classes.command}>{message.text}</pre>
          ) : (
            <p className={classes.words}>{message.text}</p>
          )}
          <MessageActions message={message} />
        </article>
      ))}
    </section>
  );
}
