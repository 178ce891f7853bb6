"use client";

import { Modal } from "@mantine/core";
import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from "react";
import { useTranslations } from "use-intl";
import { type Command, findCommands } from "./commands.ts";
import classes from "./palette.module.css";

interface Props {
  readonly commands: readonly Command[];
  onClose(): void;
}

/** Everything the page can do, by its name. Follows the ARIA combobox pattern. */
export function Palette({ commands, onClose }: Props) {
  const t = useTranslations("palette");
  const [typed, setTyped] = useState("");
  const [at, setAt] = useState(0);
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  const found = useMemo(() => findCommands(commands, typed), [commands, typed]);
  const current = found[Math.min(at, found.length - 1)];
  useEffect(() => {
    if (current)
      list.current
        ?.querySelector(`[data-id="${CSS.escape(current.id)}"]`)
        ?.scrollIntoView({ block: "nearest" });
  }, [current]);
  const run = (command: Command | undefined) => {
    if (!command) return;
    onClose();
    command.run();
  };
  const handleKey = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined && found.length > 0) {
      event.preventDefault();
      setAt((before) => (Math.min(before, found.length - 1) + step + found.length) % found.length);
    }
    if (event.key === "Enter") {
      event.preventDefault();
      run(current);
    }
  };
  return (
    <Modal.Root opened onClose={onClose} lockScroll={false} returnFocus={false} yOffset="12vh" size={600}>
      <Modal.Overlay />
      <Modal.Content aria-label={t("commands")} data-test="palette">
        <Modal.Body p={0}>
          <input
            data-autofocus
            className={classes.input}
            role="combobox"
            aria-label={t("what")}
            aria-expanded
            aria-controls={`${id}-list`}
            aria-activedescendant={current ? `${id}-${current.id}` : undefined}
            placeholder={t("hint")}
            value={typed}
            onChange={(event) => {
              setTyped(event.currentTarget.value);
              setAt(0);
            }}
            onKeyDown={handleKey}
          />
          <div
            ref={list}
            id={`${id}-list`}
            role="listbox"
            aria-label={t("commands")}
            className={classes.list}
          >
            {found.map((command) => (
              // biome-ignore lint/a11y/useKeyWithClickEvents: the field above takes the keys.
              <div
                key={command.id}
                id={`${id}-${command.id}`}
                data-id={command.id}
                role="option"
                tabIndex={-1}
                aria-selected={command === current}
                className={classes.item}
                onClick={() => run(command)}
              >
                <span>{command.title}</span>
                <span className={classes.group}>{command.group}</span>
                {command.keys ? <kbd>{command.keys}</kbd> : null}
              </div>
            ))}
          </div>
          {found.length === 0 ? <p className={classes.none}>{t("none")}</p> : null}
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}
