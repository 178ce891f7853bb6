"use client";

import { Button, Textarea } from "@mantine/core";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { Composer, SideDrawer, Thread } from "../talk/index.ts";
import { useNow, useRelativeTime } from "../ui/index.ts";
import classes from "./help.module.css";
import { MessageActions } from "./message-actions.tsx";
import type { LearnerHelpUse } from "./use-learner-help.ts";

interface Props {
  readonly help: LearnerHelpUse;
  onClose(): void;
}

/** The learner's side of the help desk: the hand, and what was said. */
export function HelpDrawer({ help, onClose }: Props) {
  const t = useTranslations("help");
  const { state, trouble } = help;
  return (
    <SideDrawer
      title={t("title", { name: state.classroom?.name ?? t("yourClass") })}
      size={420}
      test="help-drawer"
      onClose={onClose}
    >
      <Hand help={help} />
      {trouble ? (
        <p className={classes.trouble} role="alert">
          {trouble}
        </p>
      ) : null}
      <h3 className={classes.heading}>{t("messages")}</h3>
      <Thread
        messages={state.messages}
        self="learner"
        actions={(message) => <MessageActions message={message} />}
      />
      <Composer label={t("write")} send={t("send")} onSend={help.say} />
    </SideDrawer>
  );
}

function Hand({ help }: { help: LearnerHelpUse }) {
  const t = useTranslations("help");
  const { hand } = help.state;
  const [note, setNote] = useState("");
  const [busy, setBusy] = useState(false);
  const now = useNow(10_000) ?? 0;
  const ago = useRelativeTime();
  const during = (work: () => Promise<boolean>) => async () => {
    setBusy(true);
    await work();
    setBusy(false);
  };
  if (hand)
    return (
      <section className={classes.hand} data-up data-test="help-hand">
        <p>
          <strong>{t("hand.up")}</strong>{" "}
          {hand.takenBy
            ? t("hand.taken", { name: hand.takenBy })
            : t("placeSentence", { place: t("place", { place: hand.place }) })}
        </p>
        {hand.note ? <blockquote className={classes.quote}>{hand.note}</blockquote> : null}
        <p className={classes.dim}>{t("hand.since", { ago: ago(hand.since, now) })}</p>
        <Button
          variant="default"
          loading={busy}
          onClick={() => void during(help.lower)()}
          data-test="help-lower"
        >
          {t("hand.lower")}
        </Button>
      </section>
    );
  return (
    <section className={classes.hand} data-test="help-hand">
      <Textarea
        label={t("hand.what")}
        description={t("hand.sentence")}
        autosize
        minRows={2}
        maxRows={6}
        maxLength={500}
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
      />
      <p className={classes.dim}>{t("hand.sees")}</p>
      <Button
        loading={busy}
        onClick={() => void during(() => help.raise(note.trim()))()}
        data-test="help-raise"
      >
        {t("hand.raise")}
      </Button>
    </section>
  );
}
