"use client";

import { acceptCompletion } from "@codemirror/autocomplete";
import { yaml } from "@codemirror/lang-yaml";
import { useEffect, useRef } from "react";
import { type CodeView, createCodeView } from "../code/index.ts";
import { useWire } from "../socket/index.ts";
import { useNonce } from "../ui/index.ts";
import classes from "./editor.module.css";
import { manifestLanguage, schemaSource } from "./schema/index.ts";
import { yamlMistakes } from "./yaml-mistakes.ts";

interface Props {
  readonly path: string;
  readonly text: string;
  onChange(text: string): void;
  onSave(): void;
  /** A line that somebody wants to see, and how often they said so. */
  readonly line?: { readonly stamp: number; readonly line?: number | undefined } | undefined;
}

export function TextField({ path, text, onChange, onSave, line }: Props) {
  const nonce = useNonce();
  const element = useRef<HTMLDivElement>(null);
  const code = useRef<CodeView | undefined>(undefined);
  const wire = useWire();
  const connection = useRef(wire);
  connection.current = wire;
  const source = useRef(schemaSource(() => connection.current));
  const latest = useRef({ text, onChange, onSave });
  latest.current = { text, onChange, onSave };
  useEffect(() => {
    if (!element.current) return;
    const isYaml = /\.ya?ml$/.test(path);
    const made = createCodeView({
      ...{ element: element.current, nonce, text: latest.current.text, form: "file" as const },
      label: `${path}. Escape, then Tab leaves the text.`,
      extensions: isYaml ? [yaml(), yamlMistakes, manifestLanguage(source.current)] : [],
      keys: [
        // What is offered is taken; else Tab indents.
        { key: "Tab", run: acceptCompletion },
        {
          key: "Mod-s",
          preventDefault: true,
          run: () => {
            latest.current.onSave();
            return true;
          },
        },
      ],
      onChange: (changed) => latest.current.onChange(changed),
    });
    code.current = made;
    return () => made.dispose();
  }, [nonce, path]);
  useEffect(() => code.current?.setText(text), [text]);
  const { stamp, line: wanted } = line ?? {};
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked again, the line is shown again.
  useEffect(() => {
    if (wanted !== undefined) code.current?.showLine(wanted);
  }, [path, wanted, stamp]);
  return <div ref={element} className={classes.text} data-test="editor-text" />;
}
