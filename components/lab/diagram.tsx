import type { ReactNode } from "react";
import classes from "./diagram.module.css";

export function Diagram({ title, children }: { title: string | undefined; children: ReactNode }) {
  return (
    <figure className={classes.figure} data-test="diagram">
      {children}
      {title ? (
        // What the drawing is called already, for those who hear it.
        <figcaption className={classes.caption} aria-hidden>
          {title}
        </figcaption>
      ) : null}
    </figure>
  );
}

interface DrawingProps {
  readonly viewBox: string | undefined;
  /** The drawing's own `title` and `desc` follow it. */
  readonly label: string | undefined;
  readonly children: ReactNode;
}

export function DiagramSvg({ viewBox, label, children }: DrawingProps) {
  return (
    <svg className={classes.drawing} viewBox={viewBox} role="img" aria-label={label}>
      {children}
    </svg>
  );
}
