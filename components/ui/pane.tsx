"use client";

import { IconAlertTriangle } from "@tabler/icons-react";
import type { ReactNode } from "react";
import classes from "./pane.module.css";

/** What every pane is given. */
export interface PaneProps {
  /** The workspace can be asked. */
  readonly ready: boolean;
  /** A pane that nobody sees asks for nothing. */
  readonly shown: boolean;
  /** Types a command into the terminal. */
  onRun(command: string): void;
}

interface FrameProps {
  readonly label: string;
  readonly test: string;
  readonly bar: ReactNode;
  readonly children: ReactNode;
}

/** A bar with what can be chosen, and below it what was chosen. */
export function PaneFrame({ label, test, bar, children }: FrameProps) {
  return (
    <section className={classes.frame} aria-label={label} data-test={test}>
      <div className={classes.bar}>{bar}</div>
      {children}
    </section>
  );
}

export function EmptyState({
  icon,
  title,
  children,
}: {
  icon?: ReactNode;
  title: string;
  children?: ReactNode;
}) {
  return (
    <div className={classes.empty} role="status">
      {icon}
      <strong>{title}</strong>
      {children ? <div className={classes.emptyText}>{children}</div> : null}
    </div>
  );
}

/** Something is amiss; what is shown still stands. */
export function PaneWarning({ children }: { children: ReactNode }) {
  return (
    <p className={classes.warning} role="status">
      <IconAlertTriangle size={14} aria-hidden />
      <span>{children}</span>
    </p>
  );
}

/** What was asked for could not be had: the words of whoever refused. */
export function PaneError({ children }: { children: ReactNode }) {
  return (
    <p className={classes.error} role="alert" data-test="pane-error">
      <IconAlertTriangle size={15} aria-hidden />
      <span>{children}</span>
    </p>
  );
}
