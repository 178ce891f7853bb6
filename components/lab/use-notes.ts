"use client";

import { useCallback, useEffect, useRef, useState } from "react";
import { useTranslations } from "use-intl";
import type { StepNote } from "../../server/contracts/index.ts";
import { useConnectedEpoch, useWire } from "../socket/index.ts";

export interface Notes {
  readonly bookmarked: ReadonlySet<string>;
  readonly state: "reading" | "saved" | "saving" | { readonly failed: string };
  of(step: string): { readonly text: string; readonly bookmarked: boolean };
  write(step: string, text: string): void;
  mark(step: string, bookmarked: boolean): void;
}

type Kept = ReadonlyMap<string, Pick<StepNote, "text" | "bookmarked">>;

const empty = { text: "", bookmarked: false } as const;
/** After the last key. */
const quietMs = 900;
const againMs = 3_000;

/** The learner's notes and marks in a lab. They are on the server; what could not be saved is tried until it is. */
export function useNotes(lab: string): Notes {
  const t = useTranslations("lab");
  const wire = useWire();
  const connected = useConnectedEpoch();
  const [kept, setKept] = useState<Kept>(new Map());
  const [state, setState] = useState<Notes["state"]>("reading");
  const latest = useRef(kept);
  const waiting = useRef(new Set<string>());
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);

  const set = useCallback((next: Kept) => {
    latest.current = next;
    setKept(next);
  }, []);
  useEffect(() => {
    if (!wire || connected === 0) return;
    void wire.ask("notes:list", { lab }).then((result) => {
      if (!result.ok) {
        setState({ failed: result.error.message });
        return;
      }
      const theirs = new Map(result.value.map(({ step, text, bookmarked }) => [step, { text, bookmarked }]));
      // What is not saved yet is newer than what the server has.
      for (const step of waiting.current) theirs.set(step, latest.current.get(step) ?? empty);
      set(theirs);
      setState((now) => (now === "reading" ? "saved" : now));
    });
  }, [wire, connected, lab, set]);

  const save = useCallback(async () => {
    for (const step of [...waiting.current]) {
      const note = latest.current.get(step) ?? empty;
      const result = await wire?.ask("notes:save", { lab, step, ...note });
      if (result?.ok) {
        // Something may have been typed meanwhile.
        if (latest.current.get(step) === note) waiting.current.delete(step);
      } else {
        setState({ failed: result?.error.message ?? t("notConnected") });
        timer.current = setTimeout(() => void save(), againMs);
        return;
      }
    }
    if (waiting.current.size > 0) timer.current = setTimeout(() => void save(), quietMs);
    else setState("saved");
  }, [t, wire, lab]);
  useEffect(() => () => clearTimeout(timer.current), []);

  const change = (step: string, part: Partial<{ text: string; bookmarked: boolean }>, ms: number) => {
    set(new Map(latest.current).set(step, { ...(latest.current.get(step) ?? empty), ...part }));
    waiting.current.add(step);
    setState("saving");
    clearTimeout(timer.current);
    timer.current = setTimeout(() => void save(), ms);
  };
  return {
    state,
    bookmarked: new Set([...kept].flatMap(([step, note]) => (note.bookmarked ? [step] : []))),
    of: (step) => kept.get(step) ?? empty,
    write: (step, text) => change(step, { text }, quietMs),
    mark: (step, bookmarked) => change(step, { bookmarked }, 0),
  };
}
