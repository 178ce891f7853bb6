"use client";

import { ActionIcon, Tooltip } from "@mantine/core";
import { IconPlus, IconTerminal2, IconX } from "@tabler/icons-react";
import { type KeyboardEvent, type Ref, useEffect, useImperativeHandle, useRef, useState } from "react";
import { useTranslations } from "use-intl";
import { useWire } from "../socket/index.ts";
import { recall, remember } from "../ui/index.ts";
import classes from "./terminal-pane.module.css";
import { type TerminalHandle, TerminalPane } from "./terminal-pane.tsx";

interface Props {
  readonly ready: boolean;
  readonly handle: Ref<TerminalHandle>;
}

/** As many as a workspace holds. */
const most = 8;
const first = "main";
const isNames = (value: unknown): value is string[] =>
  Array.isArray(value) &&
  value.length > 0 &&
  value.length <= most &&
  value.every((name) => typeof name === "string" && /^[a-z0-9-]{1,32}$/.test(name));

/** The workspace's terminals, one seen at a time. Each keeps its shell while another is seen. */
export function TerminalDeck({ ready, handle }: Props) {
  const t = useTranslations("terminal");
  const wire = useWire();
  const [names, setNames] = useState<readonly string[]>([first]);
  const [active, setActive] = useState(first);
  const [bar, setBar] = useState<HTMLElement | null>(null);
  const panes = useRef(new Map<string, TerminalHandle>());
  const tabs = useRef<HTMLDivElement>(null);

  useEffect(() => {
    const stored = recall("terminals", isNames);
    if (stored) setNames(stored.includes(first) ? stored : [first, ...stored.slice(0, most - 1)]);
  }, []);
  useImperativeHandle(handle, () => {
    const shown = () => panes.current.get(active);
    return {
      run: (command) => shown()?.run(command),
      focus: () => shown()?.focus(),
      text: () => shown()?.text() ?? "",
    };
  }, [active]);

  const keep = (next: readonly string[]) => {
    setNames(next);
    remember("terminals", next);
  };
  const open = () => {
    let number = 2;
    while (names.includes(String(number))) number += 1;
    keep([...names, String(number)]);
    setActive(String(number));
  };
  const close = (name: string) => {
    void wire?.ask("terminal:close", { terminal: name });
    const at = names.indexOf(name);
    keep(names.filter((other) => other !== name));
    if (active === name) setActive(names[at - 1] ?? first);
  };
  const handleKey = (event: KeyboardEvent) => {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (step === 0) {
      if (event.key === "Delete" && active !== first) close(active);
      return;
    }
    event.preventDefault();
    const next = names[(names.indexOf(active) + step + names.length) % names.length] ?? first;
    setActive(next);
    tabs.current?.querySelector<HTMLElement>(`#terminal-tab-${next}`)?.focus();
  };

  return (
    <section className={classes.deck} aria-label={t("name")} data-test="terminal">
      <div className={classes.bar}>
        <IconTerminal2 size={16} aria-hidden className={classes.icon} />
        <div className={classes.tabs} role="tablist" aria-label={t("all")} ref={tabs} onKeyDown={handleKey}>
          {names.map((name) => (
            <button
              key={name}
              type="button"
              role="tab"
              id={`terminal-tab-${name}`}
              className={classes.tab}
              aria-selected={name === active}
              aria-controls={`terminal-panel-${name}`}
              tabIndex={name === active ? 0 : -1}
              onClick={() => setActive(name)}
            >
              {name === first ? t("name") : t("numbered", { name })}
            </button>
          ))}
        </div>
        {active === first ? null : (
          <Tooltip label={t("closeTip")} openDelay={400}>
            <ActionIcon
              variant="subtle"
              color="gray"
              size={22}
              aria-label={t("close", { name: active })}
              data-test="terminal-close"
              onClick={() => close(active)}
            >
              <IconX size={13} />
            </ActionIcon>
          </Tooltip>
        )}
        {names.length < most ? (
          <Tooltip label={t("new")} openDelay={400}>
            <ActionIcon
              variant="subtle"
              color="gray"
              size={22}
              aria-label={t("new")}
              data-test="terminal-new"
              onClick={open}
            >
              <IconPlus size={14} />
            </ActionIcon>
          </Tooltip>
        ) : null}
        <div ref={setBar} className={classes.slot} />
      </div>
      {names.map((name) => (
        <TerminalPane
          key={name}
          terminal={name}
          ready={ready}
          active={name === active}
          bar={bar}
          handle={(pane) => {
            if (!pane) return;
            panes.current.set(name, pane);
            return () => void panes.current.delete(name);
          }}
        />
      ))}
    </section>
  );
}
