"use client";

import { Modal } from "@mantine/core";
import { useTranslations } from "use-intl";
import classes from "./keyboard-map.module.css";

const keys = {
  everywhere: ["commands", "panes", "terminal", "steps"],
  terminal: ["copy", "paste", "find", "leave"],
  text: ["save", "complete", "enter", "leave"],
  lists: ["walk", "choose"],
} as const;

export function KeyboardMap({ onClose }: { onClose: () => void }) {
  const t = useTranslations("palette");
  return (
    <Modal.Root opened onClose={onClose} lockScroll={false} returnFocus={false} size={620}>
      <Modal.Overlay />
      <Modal.Content data-test="keyboard-map">
        <Modal.Body className={classes.body}>
          <div className={classes.head}>
            <Modal.Title className={classes.title}>{t("keys.title")}</Modal.Title>
            <Modal.CloseButton aria-label={t("keys.close")} />
          </div>
          <Keys
            part="everywhere"
            rows={keys.everywhere.map((row) => [
              t(`keys.everywhere.${row}.key`),
              t(`keys.everywhere.${row}.does`),
            ])}
          />
          <Keys
            part="terminal"
            rows={keys.terminal.map((row) => [t(`keys.terminal.${row}.key`), t(`keys.terminal.${row}.does`)])}
          />
          <Keys
            part="text"
            rows={keys.text.map((row) => [t(`keys.text.${row}.key`), t(`keys.text.${row}.does`)])}
          />
          <Keys
            part="lists"
            rows={keys.lists.map((row) => [t(`keys.lists.${row}.key`), t(`keys.lists.${row}.does`)])}
          />
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}

interface KeysProps {
  readonly part: keyof typeof keys;
  readonly rows: readonly (readonly [key: string, does: string])[];
}

function Keys({ part, rows }: KeysProps) {
  const t = useTranslations("palette");
  return (
    <section>
      <h3>{t(`keys.${part}.title`)}</h3>
      <dl>
        {rows.map(([key, does]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
