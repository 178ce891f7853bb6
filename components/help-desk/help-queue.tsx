"use client";

import { Button } from "@mantine/core";
import { IconHandStop } from "@tabler/icons-react";
import type { QueuedHand } from "../../server/contracts/index.ts";
import { useNow, useRelativeTime } from "../ui/index.ts";
import classes from "./desk.module.css";
import type { HelpDeskUse } from "./use-help-desk.ts";

interface Props {
  readonly desk: HelpDeskUse;
  /** How a learner is called on this page: names may be hidden on a projector. */
  nameOf(learner: { id: string; name: string }): string;
  /** Which lab that is, in words. */
  titleOf(lab: string | undefined): string | undefined;
  onOpen(learner: { id: string; name: string }): void;
}

/** Who waits for help, longest first, and who said something. */
export function HelpQueue({ desk, nameOf, titleOf, onOpen }: Props) {
  const now = useNow(10_000) ?? 0;
  const ago = useRelativeTime();
  const { hands, unread, trouble } = desk;
  const waiting = new Set(hands?.map(({ learner }) => learner));
  const others = [...unread.values()].filter(({ learner }) => learner !== undefined && !waiting.has(learner));
  return (
    <section className={classes.queue} aria-labelledby="help-queue" data-test="help-queue">
      <h2 id="help-queue" className={classes.heading}>
        <IconHandStop size={18} aria-hidden /> Help
        {hands && hands.length > 0 ? <span className={classes.count}>{hands.length}</span> : null}
      </h2>
      {trouble ? (
        <p role="alert" className={classes.trouble}>
          {trouble}
        </p>
      ) : null}
      {hands === undefined ? (
        <p role="status">Reading the queue…</p>
      ) : hands.length === 0 && others.length === 0 ? (
        <p className={classes.dim}>Nobody has a hand up.</p>
      ) : null}
      <ol className={classes.hands}>
        {hands?.map((hand) => (
          <Hand
            key={hand.id}
            hand={hand}
            name={nameOf({ id: hand.learner, name: hand.learnerName })}
            lab={titleOf(hand.lab)}
            since={ago(hand.since, now)}
            unread={unread.get(hand.learner)?.text}
            onTake={() => desk.take(hand.learner)}
            onDone={() => desk.done(hand.learner)}
            onOpen={() => onOpen({ id: hand.learner, name: hand.learnerName })}
          />
        ))}
        {others.map((message) => (
          <li key={message.id} className={classes.card}>
            <header>
              <strong>{nameOf({ id: message.author, name: message.authorName })}</strong>
              <span className={classes.dim}>{ago(message.at, now)}</span>
            </header>
            <p className={classes.note}>{message.text}</p>
            <div className={classes.buttons}>
              <Button
                size="compact-sm"
                variant="default"
                onClick={() => onOpen({ id: message.author, name: message.authorName })}
              >
                Answer
              </Button>
            </div>
          </li>
        ))}
      </ol>
    </section>
  );
}

interface HandProps {
  readonly hand: QueuedHand;
  readonly name: string;
  readonly lab: string | undefined;
  readonly since: string;
  readonly unread: string | undefined;
  onTake(): void;
  onDone(): void;
  onOpen(): void;
}

function Hand({ hand, name, lab, since, unread, onTake, onDone, onOpen }: HandProps) {
  return (
    <li className={classes.card} data-taken={hand.takenBy !== undefined} data-test={`hand-${hand.learner}`}>
      <header>
        <strong>{name}</strong>
        <span className={classes.dim}>{since}</span>
      </header>
      {hand.note ? <p className={classes.note}>{hand.note}</p> : null}
      {lab ? (
        <p className={classes.dim}>
          {lab}
          {hand.step ? ` · ${hand.step}` : ""}
        </p>
      ) : null}
      {hand.failing ? <p className={classes.failing}>{hand.failing.message}</p> : null}
      {unread ? <p className={classes.note}>“{unread}”</p> : null}
      <div className={classes.buttons}>
        <Button size="compact-sm" onClick={onOpen} data-test="hand-open">
          Help
        </Button>
        {hand.takenBy ? (
          <span className={classes.dim}>{hand.takenBy} is on it</span>
        ) : (
          <Button size="compact-sm" variant="default" onClick={onTake} data-test="hand-take">
            I am on it
          </Button>
        )}
        <Button size="compact-sm" variant="subtle" color="gray" onClick={onDone} data-test="hand-done">
          Done
        </Button>
      </div>
    </li>
  );
}
