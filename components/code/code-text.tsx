"use client";

import type { Extension } from "@codemirror/state";
import { useEffect, useRef } from "react";
import { useNonce } from "../ui/index.ts";
import { type CodeView, createCodeView } from "./code-view.ts";

interface Props {
  readonly text: string;
  readonly label: string;
  readonly className?: string | undefined;
  /** Must be the same value at every render. */
  readonly extensions: Extension;
}

/** Text to read: coloured, searchable, with numbers. */
export function CodeText({ text, label, className, extensions }: Props) {
  const nonce = useNonce();
  const element = useRef<HTMLDivElement>(null);
  const code = useRef<CodeView | undefined>(undefined);
  const latest = useRef(text);
  latest.current = text;
  useEffect(() => {
    if (!element.current) return;
    const made = createCodeView({
      ...{ element: element.current, nonce, label, extensions },
      ...{ text: latest.current, form: "file" as const, readOnly: true },
    });
    code.current = made;
    return () => made.dispose();
  }, [nonce, label, extensions]);
  useEffect(() => code.current?.setText(text), [text]);
  return <div ref={element} className={className} />;
}
