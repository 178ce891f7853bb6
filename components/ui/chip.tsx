import type { ReactNode } from "react";
import classes from "./chip.module.css";

export type ChipTone = "good" | "busy" | "bad" | "quiet" | "accent";

interface Props {
  readonly tone: ChipTone;
  readonly title?: string | undefined;
  readonly children: ReactNode;
}

/** A word in a frame. Its colour repeats what the word says. */
export function Chip({ tone, title, children }: Props) {
  return (
    <span className={classes.chip} data-tone={tone} title={title}>
      {children}
    </span>
  );
}
