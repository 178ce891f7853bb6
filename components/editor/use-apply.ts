"use client";

import { useCallback, useState } from "react";
import type { ReadAnswer } from "../../server/contracts/index.ts";
import { useWire } from "../socket/index.ts";

type Diff = ReadAnswer<"manifest:diff">;

export type ApplyState =
  | { readonly phase: "idle" }
  | { readonly phase: "asking" }
  /** What applying this text would change; the text may have changed since. */
  | { readonly phase: "shown"; readonly text: string; readonly diff: Diff }
  | { readonly phase: "applying" }
  | { readonly phase: "done"; readonly applied: boolean; readonly output: string };

export interface ApplyUse {
  readonly state: ApplyState;
  ask(text: string): void;
  apply(text: string): void;
  close(): void;
}

/** First the server's own dry run, then, when the learner says so, the apply. */
export function useApply(): ApplyUse {
  const wire = useWire();
  const [state, setState] = useState<ApplyState>({ phase: "idle" });
  const ask = useCallback(
    (text: string) => {
      setState({ phase: "asking" });
      void wire?.read("manifest:diff", { text }).then((result) => {
        const diff: Diff = result.ok ? result.value : { kind: "refused", message: result.error.message };
        setState({ phase: "shown", text, diff });
      });
    },
    [wire],
  );
  const apply = useCallback(
    (text: string) => {
      setState({ phase: "applying" });
      void wire?.read("manifest:apply", { text }).then((result) => {
        const said = result.ok ? result.value : { applied: false, output: result.error.message };
        setState({ phase: "done", ...said });
      });
    },
    [wire],
  );
  return { state, ask, apply, close: useCallback(() => setState({ phase: "idle" }), []) };
}
