"use client";

import { useEffect, useRef, useState } from "react";
import type { PaneTarget } from "../ui/index.ts";
import { setYamlValue } from "./set-value.ts";
import type { FilesUse } from "./use-files.ts";

export interface Setting {
  /** The line that was changed, as TextField shows lines. */
  readonly shown: { readonly stamp: number; readonly line: number } | undefined;
  readonly trouble: string | undefined;
}

/** Sets the value that was wished for, once its file is there to be edited. Saving it is the learner's. */
export function useSetting(files: FilesUse, wish: PaneTarget | undefined): Setting {
  const served = useRef(0);
  const [outcome, setOutcome] = useState<Setting & { readonly stamp: number }>();
  const { current, edit } = files;
  useEffect(() => {
    if (!wish?.set || !current || current.path !== wish.file || served.current === wish.stamp) return;
    served.current = wish.stamp;
    const { stamp, set } = wish;
    void setYamlValue(current.text, set).then((result) => {
      if (served.current !== stamp) return;
      if (result.kind === "set") edit(result.text);
      setOutcome({
        stamp,
        shown: result.kind === "set" ? { stamp, line: result.line } : undefined,
        trouble: result.kind === "set" ? undefined : `${set.path} could not be set: ${reasons[result.why]}`,
      });
    });
  }, [wish, current, edit]);
  return outcome && outcome.stamp === wish?.stamp ? outcome : { shown: undefined, trouble: undefined };
}

const reasons = {
  "not-yaml": "the file is not YAML just now.",
  "no-place": "the file has no place for it.",
} as const;
