"use client";

import { Button, Group } from "@mantine/core";
import {
  IconAccessible,
  IconCopy,
  IconSearch,
  IconTextDecrease,
  IconTextIncrease,
} from "@tabler/icons-react";
import dynamic from "next/dynamic";
import { type Ref, useEffect, useImperativeHandle, useRef, useState } from "react";
import { createPortal } from "react-dom";
import { useTranslations } from "use-intl";
import { recall, remember, ToolButton, useDarkMode } from "../ui/index.ts";
import { ConnectionNote } from "./connection-note.tsx";
import classes from "./terminal-pane.module.css";
import { useTerminal } from "./use-terminal.ts";

// Few visits need them, and a dialog is heavy.
const FindBar = dynamic(() => import("./find-bar.tsx").then((part) => part.FindBar), { ssr: false });
const PasteGuard = dynamic(() => import("./paste-guard.tsx").then((part) => part.PasteGuard), { ssr: false });

export interface TerminalHandle {
  /** Types the command at the prompt, runs it and moves the focus here. */
  run(command: string): void;
  focus(): void;
  /** All that is still known of what it showed. */
  text(): string;
}

interface Props {
  readonly terminal: string;
  readonly ready: boolean;
  /** The one that is typed into. */
  readonly active: boolean;
  /** Seen: the active one, and the one beside it. */
  readonly shown: boolean;
  /** Where the state and the tools of the active terminal are drawn. */
  readonly bar: HTMLElement | null;
  /** The learner went into it. */
  readonly onActive: () => void;
  readonly handle: Ref<TerminalHandle>;
}

const isLook = (value: unknown): value is { fontSize: number; screenReader: boolean } =>
  typeof value === "object" &&
  value !== null &&
  "fontSize" in value &&
  typeof value.fontSize === "number" &&
  "screenReader" in value &&
  typeof value.screenReader === "boolean";

export function TerminalPane({ terminal, ready, active, shown, bar, onActive, handle }: Props) {
  const t = useTranslations("terminal");
  const dark = useDarkMode();
  const [look, setLook] = useState({ fontSize: 13, screenReader: false });
  const element = useRef<HTMLDivElement>(null);
  const toolbar = useRef<HTMLButtonElement>(null);
  const use = useTerminal({
    terminal,
    element,
    look: { dark, ...look },
    ready,
    active,
    onLeave: () => toolbar.current?.focus(),
  });
  useEffect(() => {
    const stored = recall("terminal-look", isLook);
    if (stored) setLook(stored);
  }, []);
  useImperativeHandle(
    handle,
    () => ({
      run: use.run,
      focus: () => use.view.current?.focus(),
      text: () => use.view.current?.text() ?? "",
    }),
    [use.run, use.view],
  );
  const changeLook = (change: Partial<typeof look>) => {
    const next = { ...look, ...change };
    setLook({ ...next, fontSize: Math.min(24, Math.max(10, next.fontSize)) });
    remember("terminal-look", next);
  };

  const tools = (
    <>
      <ConnectionNote state={use.state} notice={use.notice} ready={ready} onDismiss={use.dismissNotice} />
      <Group gap={2} className={classes.tools} wrap="nowrap">
        <ToolButton label={t("find")} onClick={() => use.setSearching(true)} ref={toolbar}>
          <IconSearch size={15} />
        </ToolButton>
        <ToolButton label={t("copySelection")} onClick={() => use.view.current?.copySelection()}>
          <IconCopy size={15} />
        </ToolButton>
        <ToolButton label={t("smaller")} onClick={() => changeLook({ fontSize: look.fontSize - 1 })}>
          <IconTextDecrease size={15} />
        </ToolButton>
        <ToolButton label={t("larger")} onClick={() => changeLook({ fontSize: look.fontSize + 1 })}>
          <IconTextIncrease size={15} />
        </ToolButton>
        <ToolButton
          label={t("screenReader")}
          pressed={look.screenReader}
          onClick={() => changeLook({ screenReader: !look.screenReader })}
        >
          <IconAccessible size={15} />
        </ToolButton>
      </Group>
    </>
  );
  return (
    <div
      className={classes.pane}
      hidden={!shown}
      data-active={active}
      role="tabpanel"
      onFocus={active ? undefined : onActive}
      id={`terminal-panel-${terminal}`}
      aria-labelledby={`terminal-tab-${terminal}`}
    >
      {active && bar ? createPortal(tools, bar) : null}
      {use.searching ? <FindBar use={use} /> : null}
      <div className={classes.frame}>
        {/* The terminal takes Tab for completion; Ctrl-Shift-Escape leaves it. */}
        <div ref={element} className={classes.screen} data-test="terminal-screen" />
        {!ready && use.state.phase === "detached" ? <p className={classes.waiting}>{t("waiting")}</p> : null}
        {use.state.phase === "exited" ? (
          <div className={classes.ended} role="status">
            <span>{t("ended", { code: use.state.exitCode })}</span>
            <Button size="compact-sm" onClick={use.startNewShell}>
              {t("startNew")}
            </Button>
          </div>
        ) : null}
      </div>
      {use.paste ? <PasteGuard use={use} question={use.paste.question} /> : null}
    </div>
  );
}
