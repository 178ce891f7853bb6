"use client";

import { type RefObject, useCallback, useEffect, useRef, useState } from "react";
import { useConnectedEpoch, useWire } from "../socket/index.ts";
import { randomId, useNonce } from "../ui/index.ts";
import { type PasteQuestion, pasteInput, pasteQuestion, runInput } from "./paste.ts";
import { type LinkNotice, type LinkState, TerminalLink } from "./terminal-link.ts";
import type { TerminalLook, XtermView } from "./xterm-view.ts";

export interface PendingPaste {
  readonly question: PasteQuestion;
  readonly text: string;
}

export interface TerminalUse {
  readonly state: LinkState;
  readonly notice: LinkNotice | "copied" | undefined;
  readonly paste: PendingPaste | undefined;
  readonly searching: boolean;
  readonly view: RefObject<XtermView | undefined>;
  decidePaste(accept: boolean, remember?: boolean): void;
  setSearching(open: boolean): void;
  dismissNotice(): void;
  run(command: string): void;
  startNewShell(): void;
}

interface Options {
  readonly terminal: string;
  readonly element: RefObject<HTMLDivElement | null>;
  readonly look: TerminalLook;
  /** The workspace accepts terminals. A terminal once attached stays when it no longer does. */
  readonly ready: boolean;
  /** The one of several that is seen. */
  readonly active: boolean;
  onLeave(): void;
}

declare global {
  interface Window {
    /** For tests: reads what the terminal shows. Writes nothing. */
    __meshworkTerminal?: { text(): string; renderer(): string };
  }
}

/** Joins the view (xterm), the link (protocol) and the wire (socket) of one terminal. */
export function useTerminal({ terminal, element, look, ready, active, onLeave }: Options): TerminalUse {
  const wire = useWire();
  const connected = useConnectedEpoch();
  const nonce = useNonce();
  const view = useRef<XtermView | undefined>(undefined);
  const link = useRef<TerminalLink | undefined>(undefined);
  const [state, setState] = useState<LinkState>({ phase: "detached" });
  const [notice, setNotice] = useState<TerminalUse["notice"]>();
  const [paste, setPaste] = useState<PendingPaste>();
  const [searching, setSearching] = useState(false);
  const [mounted, setMounted] = useState(false);
  const askAboutPaste = useRef(true);
  const latest = useRef({ look, onLeave });
  latest.current = { look, onLeave };

  const type = useCallback((data: string) => link.current?.input(data), []);

  useEffect(() => {
    const host = element.current;
    if (!wire || !host) return;
    let disposed = false;
    let dispose: () => void = () => undefined;
    void import("./xterm-view.ts").then(({ createXtermView }) => {
      if (disposed) return;
      const created = createXtermView({
        element: host,
        nonce,
        look: latest.current.look,
        onInput: type,
        onResize: () => link.current?.resized(),
        onPaste: (text) => {
          const question = askAboutPaste.current ? pasteQuestion(text) : undefined;
          if (question) setPaste({ question, text });
          else type(pasteInput(text, created.bracketedPaste()));
        },
        onSearch: () => setSearching(true),
        onLeave: () => latest.current.onLeave(),
        onCopied: () => setNotice("copied"),
      });
      const made = new TerminalLink({
        terminal,
        writer: randomId(),
        screen: created,
        attach: (request) => wire.ask("terminal:attach", request),
        input: (request) => wire.ask("terminal:input", request),
        resize: (size) => void wire.ask("terminal:resize", { terminal, ...size }),
        acknowledge: (ack) => wire.tell("terminal:ack", ack),
        later: (ms, callback) => {
          const timer = setTimeout(callback, ms);
          return () => clearTimeout(timer);
        },
        onState: setState,
        onNotice: setNotice,
      });
      const stops = [
        wire.on("terminal:output", (output) => made.output({ ...output, data: new Uint8Array(output.data) })),
        wire.on("terminal:exit", (exit) => made.exited(exit)),
      ];
      view.current = created;
      link.current = made;
      setMounted(true);
      dispose = () => {
        for (const stop of stops) stop();
        if (wire.connected()) void wire.ask("terminal:detach", { terminal });
        made.detach();
        created.dispose();
        view.current = undefined;
        link.current = undefined;
        setMounted(false);
      };
    });
    return () => {
      disposed = true;
      dispose();
    };
  }, [wire, element, nonce, terminal, type]);

  useEffect(() => {
    if (!mounted) return;
    if (connected === 0) link.current?.detach();
    else if (ready) void link.current?.attach();
  }, [connected, ready, mounted]);

  useEffect(() => {
    const shown = view.current;
    if (!mounted || !active || !shown) return;
    const forTests = { text: shown.text, renderer: shown.renderer };
    window.__meshworkTerminal = forTests;
    return () => {
      if (window.__meshworkTerminal === forTests) delete window.__meshworkTerminal;
    };
  }, [mounted, active]);

  const { dark, fontSize, screenReader } = look;
  useEffect(() => {
    if (mounted) view.current?.update({ dark, fontSize, screenReader });
  }, [dark, fontSize, screenReader, mounted]);

  return {
    state,
    notice,
    paste,
    searching,
    view,
    setSearching: (open) => {
      setSearching(open);
      if (!open) {
        view.current?.endFind();
        view.current?.focus();
      }
    },
    dismissNotice: useCallback(() => setNotice(undefined), []),
    decidePaste: (accept, remember) => {
      if (accept && paste) type(pasteInput(paste.text, view.current?.bracketedPaste() ?? false));
      if (remember) askAboutPaste.current = false;
      setPaste(undefined);
      view.current?.focus();
    },
    run: useCallback(
      (command: string) => {
        type(runInput(command, view.current?.bracketedPaste() ?? false));
        view.current?.focus();
      },
      [type],
    ),
    startNewShell: useCallback(() => {
      void link.current?.attach({ fresh: true });
      view.current?.focus();
    }, []),
  };
}
