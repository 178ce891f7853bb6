"use client";

import { useEffect, useRef } from "react";
import { useDarkMode, useNonce } from "../ui/index.ts";
import type { PictureView, TerminalPicture } from "./picture-view.ts";
import classes from "./terminal-pane.module.css";

interface Props {
  readonly label: string;
  readonly picture: TerminalPicture | undefined;
  /** Absent: nothing can be typed. */
  readonly onInput?: (data: string) => void;
}

/** Somebody else's terminal. */
export function WatchedTerminal({ label, picture, onInput }: Props) {
  const element = useRef<HTMLDivElement>(null);
  const view = useRef<PictureView>(undefined);
  const nonce = useNonce();
  const dark = useDarkMode();
  const latest = useRef({ picture, onInput });
  latest.current = { picture, onInput };
  const types = onInput !== undefined;
  useEffect(() => {
    let gone = false;
    void import("./picture-view.ts").then(({ createPictureView }) => {
      if (gone || !element.current) return;
      const input = types ? (data: string) => latest.current.onInput?.(data) : undefined;
      view.current = createPictureView({ element: element.current, nonce, dark, onInput: input });
      if (latest.current.picture) view.current.show(latest.current.picture);
    });
    return () => {
      gone = true;
      view.current?.dispose();
      view.current = undefined;
    };
  }, [nonce, dark, types]);
  useEffect(() => {
    if (picture) view.current?.show(picture);
  }, [picture]);
  return (
    <section className={classes.watched} aria-label={label} data-test="watched-terminal">
      <div ref={element} />
    </section>
  );
}
