"use client";

import { useCallback, useEffect, useState } from "react";
import type { ClassMessage, HelpMode, HelpSession, QueuedHand } from "../../server/contracts/index.ts";
import { useConnectedEpoch, useWire } from "../socket/index.ts";
import { randomId } from "../ui/index.ts";

export interface HelpDeskUse {
  /** Undefined: not read yet. */
  readonly hands: readonly QueuedHand[] | undefined;
  /** This instructor's, ended ones of this page included: they say why. */
  readonly sessions: readonly HelpSession[];
  /** The last message of each learner that was not looked at. */
  readonly unread: ReadonlyMap<string, ClassMessage>;
  readonly trouble: string | undefined;
  take(learner: string): void;
  done(learner: string): void;
  ask(learner: string, request: { mode: HelpMode; reason: string }): void;
  end(session: string): void;
  read(learner: string): void;
}

/** An instructor's side of a class's help desk. */
export function useHelpDesk(classroom: string): HelpDeskUse {
  const wire = useWire();
  const connected = useConnectedEpoch();
  const [hands, setHands] = useState<readonly QueuedHand[]>();
  const [sessions, setSessions] = useState<readonly HelpSession[]>([]);
  const [unread, setUnread] = useState<ReadonlyMap<string, ClassMessage>>(new Map());
  const [trouble, setTrouble] = useState<string>();

  useEffect(() => {
    if (!wire) return;
    const stops = [
      wire.on("help:queue", (queue) => queue.classroom === classroom && setHands(queue.hands)),
      wire.on("help:session", (session) => setSessions((all) => replaced(all, session))),
      wire.on("help:message", (message) => {
        const { learner, fromInstructor } = message;
        if (message.classroom !== classroom || fromInstructor || learner === undefined) return;
        setUnread((all) => new Map(all).set(learner, message));
      }),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }, [wire, classroom]);
  useEffect(() => {
    if (!wire || connected === 0) return;
    void wire.ask("help:queue", { classroom }).then((result) => {
      setTrouble(result.ok ? undefined : result.error.message);
      if (!result.ok) return;
      setHands(result.value.hands);
      setSessions(result.value.sessions.filter((session) => session.classroom === classroom));
    });
  }, [wire, connected, classroom]);

  const told = useCallback((result: { ok: boolean; error?: { message: string } } | undefined) => {
    setTrouble(result?.ok ? undefined : (result?.error?.message ?? "Not connected to the server just now."));
  }, []);
  return {
    ...{ hands, sessions, unread, trouble },
    take: (learner) => void wire?.ask("help:take", { classroom, learner }).then(told),
    done: (learner) => void wire?.ask("help:done", { classroom, learner }).then(told),
    ask: (learner, request) =>
      void wire?.ask("help:ask", { id: randomId(), classroom, learner, ...request }).then((result) => {
        told(result);
        if (result.ok) setSessions((all) => replaced(all, result.value));
      }),
    end: (session) => void wire?.ask("help:end", { session }).then(told),
    read: useCallback((learner) => {
      setUnread((all) => {
        if (!all.has(learner)) return all;
        const rest = new Map(all);
        rest.delete(learner);
        return rest;
      });
    }, []),
  };
}

/** Ended sessions that are kept to say why they ended. */
const MOST_SESSIONS = 20;

const replaced = (all: readonly HelpSession[], session: HelpSession): readonly HelpSession[] =>
  [...all.filter(({ id }) => id !== session.id), session].slice(-MOST_SESSIONS);
