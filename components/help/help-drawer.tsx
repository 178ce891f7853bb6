"use client";

import { Button, Textarea } from "@mantine/core";
import { useState } from "react";
import { Composer, SideDrawer, Thread } from "../talk/index.ts";
import { relativeTime, useNow } from "../ui/index.ts";
import classes from "./help.module.css";
import { MessageActions } from "./message-actions.tsx";
import type { LearnerHelpUse } from "./use-learner-help.ts";
import { placeWords } from "./words.ts";

interface Props {
  readonly help: LearnerHelpUse;
  onClose(): void;
}

/** The learner's side of the help desk: the hand, and what was said. */
export function HelpDrawer({ help, onClose }: Props) {
  const { state, trouble } = help;
  return (
    <SideDrawer
      title={`Help in ${state.classroom?.name ?? "your class"}`}
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
      <h3 className={classes.heading}>Messages</h3>
      <Thread
        messages={state.messages}
        self="learner"
        actions={(message) => <MessageActions message={message} />}
      />
      <Composer label="Write to the instructors" send="Send" onSend={help.say} />
    </SideDrawer>
  );
}

function Hand({ help }: { help: LearnerHelpUse }) {
  const { hand } = help.state;
  const [note, setNote] = useState("");
  const [busy, setBusy] = useState(false);
  const now = useNow(10_000) ?? 0;
  const during = (work: () => Promise<boolean>) => async () => {
    setBusy(true);
    await work();
    setBusy(false);
  };
  if (hand)
    return (
      <section className={classes.hand} data-up data-test="help-hand">
        <p>
          <strong>Your hand is up.</strong>{" "}
          {hand.takenBy ? `${hand.takenBy} is on it.` : `${placeWords(hand.place)}.`}
        </p>
        {hand.note ? <blockquote className={classes.quote}>{hand.note}</blockquote> : null}
        <p className={classes.dim}>Since {relativeTime(hand.since, now)}. You can go on meanwhile.</p>
        <Button
          variant="default"
          loading={busy}
          onClick={() => void during(help.lower)()}
          data-test="help-lower"
        >
          Lower it, I am fine
        </Button>
      </section>
    );
  return (
    <section className={classes.hand} data-test="help-hand">
      <Textarea
        label="What would you like help with?"
        description="A sentence is enough; you may also leave it empty."
        autosize
        minRows={2}
        maxRows={6}
        maxLength={500}
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
      />
      <p className={classes.dim}>
        While your hand is up, the instructors also see your last commands. They see your terminal only if you
        agree.
      </p>
      <Button
        loading={busy}
        onClick={() => void during(() => help.raise(note.trim()))()}
        data-test="help-raise"
      >
        Raise your hand
      </Button>
    </section>
  );
}
