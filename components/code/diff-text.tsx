import type { DiffLine } from "./diff.ts";
import classes from "./diff-text.module.css";

const marks = { same: " ", added: "+", removed: "−", gap: "⋯" } as const;
const spoken = { same: "", added: "added: ", removed: "removed: ", gap: "" } as const;

/** Colour repeats what the mark at the line's beginning says. */
export function DiffText({ lines }: { lines: readonly DiffLine[] }) {
  return (
    <pre className={classes.diff} data-test="diff">
      {lines.map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines have no names, and the list is drawn anew as a whole.
        <span key={index} className={classes.line} data-kind={line.kind}>
          <span aria-hidden="true">{marks[line.kind]} </span>
          <span className={classes.spoken}>{spoken[line.kind]}</span>
          {line.text}
          {"\n"}
        </span>
      ))}
    </pre>
  );
}
