"use client";

import { Button, Textarea } from "@mantine/core";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { useTranslations } from "use-intl";
import type { ClassMessage } from "../../server/contracts/index.ts";
import { useNow, useRelativeTime } from "../ui/index.ts";
import { MessageBody } from "./message-body.tsx";
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
  const t = useTranslations("talk");
  const list = useRef<HTMLOListElement>(null);
  const now = useNow(30_000) ?? 0;
  const ago = useRelativeTime();
  const count = messages.length;
  // Only this list: scrolling into view would also move a drawer that is still on its way in.
  useEffect(() => {
    if (count > 0 && list.current) list.current.scrollTop = list.current.scrollHeight;
  }, [count]);
  if (count === 0) return <p className={classes.dim}>{t("nothing")}</p>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard.
    <ol ref={list} className={classes.thread} tabIndex={0} aria-label={t("messages")} data-test="help-thread">
      {messages.map((message) => (
        <li key={message.id} data-mine={message.fromInstructor === (self === "instructor")}>
          <span className={classes.dim}>
            {headWords(t, message)} · {ago(message.at, now)}
          </span>
          <MessageBody message={message} />
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
