"use client";

import { createContext, useContext } from "react";

export const paneNames = ["mesh", "metrics", "traces", "logs", "envoy", "cluster", "editor"] as const;
export type PaneName = (typeof paneNames)[number];

/** What a pane is asked to show. `stamp` tells two equal wishes apart. */
export interface PaneTarget {
  readonly stamp: number;
  readonly namespace?: string | undefined;
  /** A pod, for logs and Envoy. */
  readonly pod?: string | undefined;
  readonly kind?: string | undefined;
  readonly name?: string | undefined;
  readonly query?: string | undefined;
  readonly trace?: string | undefined;
  readonly service?: string | undefined;
  readonly file?: string | undefined;
  /** Of the file, from 1. */
  readonly line?: number | undefined;
  /** A value of the file, which is YAML, to be set in the editor. */
  readonly set?: { readonly path: string; readonly value: string } | undefined;
  /** The file is to be made with this text, unless there is one of its name. */
  readonly text?: string | undefined;
}

export interface PaneLinks {
  /** Brings a pane to the front and tells it what to show. */
  open(pane: PaneName, target?: Omit<PaneTarget, "stamp">): void;
  /** The last wish for this pane. */
  targetOf(pane: PaneName): PaneTarget | undefined;
}

const PaneLinksContext = createContext<PaneLinks>({ open: () => undefined, targetOf: () => undefined });

export const PaneLinksProvider = PaneLinksContext.Provider;
export const usePaneLinks = (): PaneLinks => useContext(PaneLinksContext);
