"use client";

import { Tooltip } from "@mantine/core";
import { responseFlags } from "../ui/index.ts";
import classes from "./logs.module.css";

/** A response flag; what it means is told on hover and on focus. */
export function FlagChip({ flag }: { flag: string }) {
  const known = responseFlags[flag];
  const words = known
    ? `${known.means} ${known.look}`
    : "A flag that is not known here; Envoy's documentation of access logs lists them.";
  return (
    <Tooltip label={words} multiline w={280}>
      <span
        role="note"
        className={classes.flag}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the words must be reachable by keyboard.
        tabIndex={0}
        aria-label={`${flag}: ${words}`}
        data-test="response-flag"
      >
        {flag}
      </span>
    </Tooltip>
  );
}
