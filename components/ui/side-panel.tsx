import { CloseButton } from "@mantine/core";
import type { ReactNode } from "react";
import classes from "./side-panel.module.css";

interface Props {
  readonly label: string;
  readonly title: ReactNode;
  readonly closeLabel: string;
  readonly test: string;
  /** In pixels, beside the picture; on a phone it stands below. */
  readonly width: 268 | 316 | 340;
  readonly children: ReactNode;
  onClose(): void;
}

/** Docked beside what it is about, so that nothing is hidden. */
export function SidePanel({ label, title, closeLabel, test, width, children, onClose }: Props) {
  return (
    <section className={classes.panel} data-width={width} aria-label={label} data-test={test}>
      <header>
        <h3>{title}</h3>
        <CloseButton size="sm" aria-label={closeLabel} onClick={onClose} />
      </header>
      {children}
    </section>
  );
}
