"use client";

import { Button, SegmentedControl, TextInput } from "@mantine/core";
import dynamic from "next/dynamic";
import { useEffect, useState } from "react";
import type { HelpMode, HelpSession, TerminalPicture } from "../../server/contracts/index.ts";
import { useConnectedEpoch, useWire } from "../socket/index.ts";
import classes from "./desk.module.css";
import type { HelpDeskUse } from "./use-help-desk.ts";

const WatchedTerminal = dynamic(() => import("../terminal/index.ts").then((part) => part.WatchedTerminal), {
  ssr: false,
});

interface Props {
  readonly learner: string;
  readonly name: string;
  /** The last one with this learner. */
  readonly session: HelpSession | undefined;
  readonly terminals: readonly string[];
  readonly desk: HelpDeskUse;
}

/** Asks the learner, waits for the answer, and shows the terminal while they allow it. */
export function SessionPanel({ learner, name, session, terminals, desk }: Props) {
  if (session?.state === "asked")
    return (
      <div className={classes.session} role="status" data-test="session-asked">
        <p>
          {name} was asked whether you may {session.mode === "view" ? "watch" : "type"}. A minute without an
          answer counts as no.
        </p>
        <Button size="compact-sm" variant="default" onClick={() => desk.end(session.id)}>
          Take the question back
        </Button>
      </div>
    );
  if (session?.state === "granted")
    return (
      <Watching session={session} name={name} terminals={terminals} onEnd={() => desk.end(session.id)} />
    );
  return <Asking ended={session?.ended} onAsk={(mode, reason) => desk.ask(learner, { mode, reason })} />;
}

interface AskingProps {
  readonly ended: string | undefined;
  onAsk(mode: HelpMode, reason: string): void;
}

function Asking({ ended, onAsk }: AskingProps) {
  const [reason, setReason] = useState("To see what you see");
  const blank = reason.trim() === "";
  return (
    <div className={classes.session} data-test="session-ask">
      {ended ? <p className={classes.dim}>The last time: {ended}</p> : null}
      <TextInput
        label="Why you would like to see the terminal"
        description="The learner reads this, and decides."
        maxLength={200}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      <div className={classes.buttons}>
        <Button size="sm" disabled={blank} onClick={() => onAsk("view", reason.trim())} data-test="ask-view">
          Ask to watch
        </Button>
        <Button
          size="sm"
          variant="default"
          disabled={blank}
          onClick={() => onAsk("type", reason.trim())}
          data-test="ask-type"
        >
          Ask to type
        </Button>
      </div>
    </div>
  );
}

interface WatchingProps {
  readonly session: HelpSession;
  readonly name: string;
  readonly terminals: readonly string[];
  onEnd(): void;
}

function Watching({ session, name, terminals, onEnd }: WatchingProps) {
  const [chosen, setChosen] = useState<string>();
  const terminal = chosen ?? terminals[0] ?? "main";
  const { picture, trouble, type } = usePictures(session.id, terminal);
  return (
    <div className={classes.session} data-live data-test="session-live">
      <div className={classes.buttons}>
        <p className={classes.grow} role="status">
          {session.mode === "view"
            ? `You see ${name}'s terminal. ${name} knows.`
            : `You see ${name}'s terminal and can type in it. ${name} knows.`}
        </p>
        {terminals.length > 1 ? (
          <SegmentedControl
            size="xs"
            aria-label="Which terminal"
            data={[...terminals]}
            value={terminal}
            onChange={setChosen}
          />
        ) : null}
        <Button size="compact-sm" variant="default" onClick={onEnd} data-test="session-end">
          End
        </Button>
      </div>
      {trouble ? (
        <p role="alert" className={classes.trouble}>
          {trouble}
        </p>
      ) : null}
      <WatchedTerminal
        label={`${name}'s terminal`}
        picture={picture}
        {...(session.mode === "type" && { onInput: type })}
      />
    </div>
  );
}

function usePictures(session: string, terminal: string) {
  const wire = useWire();
  const connected = useConnectedEpoch();
  const [picture, setPicture] = useState<TerminalPicture>();
  const [trouble, setTrouble] = useState<string>();
  useEffect(() => {
    if (!wire || connected === 0) return;
    setPicture(undefined);
    const stop = wire.on("help:picture", (next, shown) => {
      shown();
      if (next.session === session && next.terminal === terminal) setPicture(next);
    });
    void wire.ask("help:watch", { session, terminal }).then((result) => {
      setTrouble(result.ok ? undefined : result.error.message);
    });
    return stop;
  }, [wire, connected, session, terminal]);
  const type = (data: string) => {
    void wire?.ask("help:type", { session, terminal, data }).then((result) => {
      setTrouble(result.ok ? undefined : result.error.message);
    });
  };
  return { picture, trouble, type };
}
