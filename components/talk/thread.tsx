"use client";

import { Button, Textarea } from "@mantine/core";
import { type ReactNode, useEffect, useRef, useState } from "react";
import type { ClassMessage } from "../../server/contracts/index.ts";
import { relativeTime, useNow } from "../ui/index.ts";
import classes from "./talk.module.css";
import { headWords } from "./words.ts";

interface ThreadProps {
  readonly messages: readonly ClassMessage[];
  /** Whose messages stand on the right. */
  readonly self: "learner" | "instructor";
  /** What can be done with a message. */
  actions?(message: ClassMessage): ReactNode;
}

/** What was said, newest at the bottom and in view. */
export function Thread({ messages, self, actions }: ThreadProps) {
  const end = useRef<HTMLLIElement>(null);
  const now = useNow(30_000) ?? 0;
  const count = messages.length;
  useEffect(() => {
    if (count > 0) end.current?.scrollIntoView({ block: "end" });
  }, [count]);
  if (count === 0) return <p className={classes.dim}>Nothing was said yet.</p>;
  return (
    <ol className={classes.thread} data-test="help-thread">
      {messages.map((message, index) => (
        <li
          key={message.id}
          ref={index === count - 1 ? end : null}
          data-mine={message.fromInstructor === (self === "instructor")}
        >
          <span className={classes.dim}>
            {headWords(message)} · {relativeTime(message.at, now)}
          </span>
          {message.kind === "command" ? (
            <pre className={classes.command}>{message.text}</pre>
          ) : (
            <span className={classes.words}>{message.text}</span>
          )}
          {actions?.(message)}
        </li>
      ))}
    </ol>
  );
}

interface ComposerProps {
  readonly label: string;
  readonly send: string;
  onSend(text: string): Promise<boolean>;
}

/** Enter sends, Shift and Enter begin a new line. What could not be sent stays. */
export function Composer({ label, send, onSend }: ComposerProps) {
  const [text, setText] = useState("");
  const [sending, setSending] = useState(false);
  const submit = async () => {
    if (text.trim() === "" || sending) return;
    setSending(true);
    if (await onSend(text.trim())) setText("");
    setSending(false);
  };
  return (
    <form
      className={classes.composer}
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <Textarea
        aria-label={label}
        placeholder={label}
        autosize
        minRows={1}
        maxRows={6}
        maxLength={2_000}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
          event.preventDefault();
          void submit();
        }}
      />
      <Button type="submit" loading={sending} disabled={text.trim() === ""}>
        {send}
      </Button>
    </form>
  );
}
