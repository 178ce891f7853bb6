"use client";

import { useEffect, useRef } from "react";
import { type CodeView, createCodeView } from "../code/index.ts";
import { useNonce } from "../ui/index.ts";
import classes from "./metrics.module.css";
import { promql } from "./promql-language.ts";
import { usePromqlKnowledge } from "./use-promql.ts";

interface Props {
  readonly query: string;
  onChange(query: string): void;
  onRun(): void;
}

/** Enter runs it, Shift-Enter makes a new line, as on Prometheus' own page. */
export function QueryField({ query, onChange, onRun }: Props) {
  const nonce = useNonce();
  const known = usePromqlKnowledge();
  const element = useRef<HTMLDivElement>(null);
  const code = useRef<CodeView | undefined>(undefined);
  const latest = useRef({ query, onChange, onRun });
  latest.current = { query, onChange, onRun };
  useEffect(() => {
    if (!element.current) return;
    const made = createCodeView({
      ...{ element: element.current, nonce, text: latest.current.query, form: "field" as const },
      label: "PromQL expression",
      placeholder: "PromQL expression, e.g. sum by (destination_workload) (rate(istio_requests_total[1m]))",
      extensions: promql(known),
      keys: [
        {
          key: "Enter",
          run: () => {
            latest.current.onRun();
            return true;
          },
        },
      ],
      onChange: (text) => latest.current.onChange(text),
    });
    code.current = made;
    return () => made.dispose();
  }, [nonce, known]);
  useEffect(() => code.current?.setText(query), [query]);
  return <div ref={element} className={classes.query} data-test="promql" />;
}
