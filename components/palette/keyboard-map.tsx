"use client";

import { Modal } from "@mantine/core";
import classes from "./keyboard-map.module.css";

const keys: readonly { readonly title: string; readonly rows: readonly (readonly [string, string])[] }[] = [
  {
    title: "Everywhere",
    rows: [
      ["Ctrl-Shift-P or F1", "all commands"],
      ["Alt-1 … Alt-7", "mesh, metrics, traces, logs, Envoy, cluster, editor"],
      ["Alt-0", "the terminal"],
      ["Alt-PageDown, Alt-PageUp", "next step, step before"],
    ],
  },
  {
    title: "In the terminal",
    rows: [
      ["Ctrl-C", "copies what is selected, else interrupts"],
      ["Ctrl-V", "pastes; several lines are shown first"],
      ["Ctrl-Shift-F", "finds"],
      ["Ctrl-Shift-Escape", "leaves the terminal: Tab belongs to the shell"],
    ],
  },
  {
    title: "In the editor and the query field",
    rows: [
      ["Ctrl-S", "saves"],
      ["Ctrl-Space", "completes"],
      ["Enter, Shift-Enter", "in the query field: runs it, makes a new line"],
      ["Escape, then Tab", "leaves the text"],
    ],
  },
  {
    title: "In trees and lists",
    rows: [
      ["arrows", "walk; right opens, left closes or goes up"],
      ["Enter or Space", "chooses"],
    ],
  },
];

export function KeyboardMap({ onClose }: { onClose: () => void }) {
  return (
    <Modal.Root opened onClose={onClose} lockScroll={false} returnFocus={false} size={620}>
      <Modal.Overlay />
      <Modal.Content data-test="keyboard-map">
        <Modal.Body className={classes.body}>
          <div className={classes.head}>
            <Modal.Title className={classes.title}>Keys</Modal.Title>
            <Modal.CloseButton aria-label="Close" />
          </div>
          {keys.map(({ title, rows }) => (
            <section key={title}>
              <h3>{title}</h3>
              <dl>
                {rows.map(([key, words]) => (
                  <div key={key}>
                    <dt>
                      <kbd>{key}</kbd>
                    </dt>
                    <dd>{words}</dd>
                  </div>
                ))}
              </dl>
            </section>
          ))}
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}
