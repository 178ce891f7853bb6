"use client";

import { useCallback, useEffect, useMemo, useState } from "react";
import { useTranslations } from "use-intl";
import type { ClassMessage, LearnerHelp } from "../../server/contracts/index.ts";
import { useConnectedEpoch, useWire } from "../socket/index.ts";
import { randomId } from "../ui/index.ts";

const nothing: LearnerHelp = { sessions: [], messages: [] };

export interface LearnerHelpUse {
  /** `classroom` is absent for somebody who learns in no open class: then there is nobody to ask. */
  readonly state: LearnerHelp;
  /** What came from an instructor since this page was opened and was not put away. */
  readonly fresh: readonly ClassMessage[];
  readonly trouble: string | undefined;
  /** The drawer with the hand and all that was said is open. */
  readonly shown: boolean;
  /** What is shown there has been seen. */
  show(open: boolean): void;
  dismiss(message: string): void;
  raise(note: string): Promise<boolean>;
  lower(): Promise<boolean>;
  say(text: string): Promise<boolean>;
  answer(session: string, allow: boolean): void;
  end(session: string): void;
}

/** Follows what the class's help desk says to this learner. */
export function useLearnerHelp(place: { lab: string; step: string | undefined }): LearnerHelpUse {
  const t = useTranslations("help");
  const { lab, step } = place;
  const wire = useWire();
  const connected = useConnectedEpoch();
  const [state, setState] = useState<LearnerHelp>(nothing);
  const [fresh, setFresh] = useState<readonly ClassMessage[]>([]);
  const [trouble, setTrouble] = useState<string>();
  const [shown, setShown] = useState(false);

  useEffect(() => {
    if (!wire) return;
    const stops = [
      wire.on("help:state", setState),
      wire.on("help:place", (at) => setState((now) => withPlace(now, at))),
      wire.on("help:message", (message) => {
        setState((now) => withMessage(now, message));
        if (message.fromInstructor) setFresh((now) => [...now, message].slice(-MOST_FRESH));
      }),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }, [wire]);
  useEffect(() => {
    if (!wire || connected === 0) return;
    void wire.ask("help:state", {}).then((result) => result.ok && setState(result.value));
  }, [wire, connected]);

  const take = useCallback(
    (result: { ok: true; value: LearnerHelp } | { ok: false; error: { message: string } } | undefined) => {
      setTrouble(result?.ok ? undefined : (result?.error.message ?? t("notConnected")));
      if (result?.ok) setState(result.value);
      return result?.ok ?? false;
    },
    [t],
  );
  const actions = useMemo(
    () => ({
      show: (open: boolean) => {
        setShown(open);
        setFresh([]);
      },
      dismiss: (id: string) => setFresh((now) => now.filter((message) => message.id !== id)),
      raise: async (note: string) =>
        take(await wire?.ask("help:raise", { id: randomId(), note, lab, ...(step && { step }) })),
      lower: async () => take(await wire?.ask("help:lower", {})),
      say: async (text: string) => take(await wire?.ask("help:say", { id: randomId(), text })),
      answer: (session: string, allow: boolean) =>
        void wire?.ask("help:answer", { session, allow }).then(take),
      end: (session: string) =>
        void wire?.ask("help:end", { session }).then((result) => {
          if (!result.ok) setTrouble(result.error.message);
        }),
    }),
    [wire, lab, step, take],
  );
  return { state, fresh, trouble, shown, ...actions };
}

/** Unseen messages that are counted; older ones are in the thread. */
const MOST_FRESH = 20;

const withPlace = (state: LearnerHelp, place: number): LearnerHelp =>
  state.hand ? { ...state, hand: { ...state.hand, place } } : state;

const withMessage = (state: LearnerHelp, message: ClassMessage): LearnerHelp =>
  state.messages.some(({ id }) => id === message.id)
    ? state
    : { ...state, messages: [...state.messages, message] };
