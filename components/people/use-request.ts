"use client";

import { useState } from "react";
import { post } from "../ui/index.ts";
import type { Saying } from "./said.tsx";

/** One request at a time, and what to say about it. */
export function useRequest() {
  const [busy, setBusy] = useState(false);
  const [saying, setSaying] = useState<Saying>();
  /** Undefined: it was refused, and that is shown. */
  const ask = async (path: string, body: object): Promise<{ value: unknown } | undefined> => {
    setBusy(true);
    setSaying(undefined);
    const posted = await post(path, body);
    setBusy(false);
    if (posted.ok) return { value: posted.value };
    setSaying({ text: posted.message, bad: true });
    return undefined;
  };
  const say = (text: string) => setSaying({ text, bad: false });
  return { busy, saying, ask, say };
}
