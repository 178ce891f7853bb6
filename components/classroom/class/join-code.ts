"use client";

import { useCallback, useEffect, useState } from "react";

export interface ShownCode {
  readonly code: string;
  readonly url: string;
  readonly expiresAt: string;
}

const isCode = (value: unknown): value is ShownCode =>
  typeof value === "object" && value !== null && "code" in value && "url" in value && "expiresAt" in value;

/** The accounts' own interface is plain HTTP: a code is no business of a socket. */
async function askFor(path: "show" | "new", classroom: string): Promise<ShownCode | undefined> {
  const response = await fetch(`/api/join-code/${path}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ classroom }),
  });
  const answer: unknown = await response.json();
  if (!response.ok) throw new Error("The server gives no code for this class.");
  return isCode(answer) ? answer : undefined;
}

export interface JoinCodeUse {
  /** Null: there is none; undefined: not known yet. */
  readonly shown: ShownCode | null | undefined;
  readonly error: string | undefined;
  ask(path: "show" | "new"): void;
}

/** The code that lets people into a class. */
export function useJoinCode(classroom: string): JoinCodeUse {
  const [shown, setShown] = useState<ShownCode | null>();
  const [error, setError] = useState<string>();
  const ask = useCallback(
    (path: "show" | "new") => {
      askFor(path, classroom).then(
        (code) => {
          setShown(code ?? null);
          setError(undefined);
        },
        (failure: unknown) => setError(failure instanceof Error ? failure.message : String(failure)),
      );
    },
    [classroom],
  );
  useEffect(() => ask("show"), [ask]);
  return { shown, error, ask };
}
