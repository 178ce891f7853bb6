"use client";

import { IconColumns2, IconPlus, IconTerminal2, IconX } from "@tabler/icons-react";
import { type KeyboardEvent, type Ref, useEffect, useImperativeHandle, useRef, useState } from "react";
import { useTranslations } from "use-intl";
import { useWire } from "../socket/index.ts";
import { recall, remember, ToolButton } from "../ui/index.ts";
import {
  activate,
  close,
  type DeckState,
  first,
  isShown,
  mostTerminals,
  oneTerminal,
  open,
  readDeck,
  rename,
  toggleSplit,
} from "./deck-state.ts";
import classes from "./terminal-pane.module.css";
import { type TerminalHandle, TerminalPane } from "./terminal-pane.tsx";
import { TerminalTab } from "./terminal-tab.tsx";

interface Props {
  readonly ready: boolean;
  readonly handle: Ref<TerminalHandle>;
}

/** The workspace's terminals, one or two seen at a time. Each keeps its shell while another is seen. */
export function TerminalDeck({ ready, handle }: Props) {
  const t = useTranslations("terminal");
  const wire = useWire();
  const [deck, setDeck] = useState(oneTerminal);
  const [bar, setBar] = useState<HTMLElement | null>(null);
  const panes = useRef(new Map<string, TerminalHandle>());
  const tabs = useRef<HTMLDivElement>(null);
  const { names, active, beside } = deck;
  const labelOf = (name: string) =>
    deck.labels[name] ?? (name === first ? t("name") : t("numbered", { name }));

  useEffect(() => {
    const stored = readDeck(recall("terminals", (value): value is unknown => value !== null));
    if (stored) setDeck(stored);
  }, []);
  useImperativeHandle(handle, () => {
    const shown = () => panes.current.get(active);
    return {
      run: (command) => shown()?.run(command),
      focus: () => shown()?.focus(),
      text: () => shown()?.text() ?? "",
    };
  }, [active]);

  const keep = (next: DeckState) => {
    setDeck(next);
    remember("terminals", next);
  };
  const end = (name: string) => {
    void wire?.ask("terminal:close", { terminal: name });
    keep(close(deck, name));
  };
  const handleKey = (event: KeyboardEvent) => {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (step === 0) {
      if (event.key === "Delete" && active !== first) end(active);
      return;
    }
    event.preventDefault();
    const next = names[(names.indexOf(active) + step + names.length) % names.length] ?? first;
    keep(activate(deck, next));
    tabs.current?.querySelector<HTMLElement>(`#terminal-tab-${next}`)?.focus();
  };

  return (
    <section className={classes.deck} aria-label={t("name")} data-test="terminal" data-tour="terminal">
      <div className={classes.bar}>
        <IconTerminal2 size={16} aria-hidden className={classes.icon} />
        <div className={classes.tabs} role="tablist" aria-label={t("all")} ref={tabs} onKeyDown={handleKey}>
          {names.map((name) => (
            <TerminalTab
              key={name}
              name={name}
              label={labelOf(name)}
              active={name === active}
              beside={name === beside}
              onSelect={() => keep(activate(deck, name))}
              onRename={(label) => keep(rename(deck, name, label))}
            />
          ))}
        </div>
        {active === first ? null : (
          <ToolButton
            label={t("closeNamed", { name: labelOf(active) })}
            testId="terminal-close"
            onClick={() => end(active)}
          >
            <IconX size={13} />
          </ToolButton>
        )}
        {names.length < mostTerminals ? (
          <ToolButton label={t("new")} testId="terminal-new" onClick={() => keep(open(deck))}>
            <IconPlus size={14} />
          </ToolButton>
        ) : null}
        <ToolButton
          label={t(beside === undefined ? "split" : "single")}
          testId="terminal-split"
          pressed={beside !== undefined}
          onClick={() => keep(toggleSplit(deck))}
        >
          <IconColumns2 size={14} />
        </ToolButton>
        <div ref={setBar} className={classes.slot} />
      </div>
      <div className={classes.panes} data-split={beside !== undefined}>
        {names.map((name) => (
          <TerminalPane
            key={name}
            terminal={name}
            ready={ready}
            active={name === active}
            shown={isShown(deck, name)}
            bar={bar}
            onActive={() => keep(activate(deck, name))}
            handle={(pane) => {
              if (!pane) return;
              panes.current.set(name, pane);
              return () => void panes.current.delete(name);
            }}
          />
        ))}
      </div>
    </section>
  );
}
