import type { ReactNode } from "react";
import classes from "./help-page.module.css";

/** A page that says what went wrong and what to do about it. */
export function HelpPage({ title, children }: { title: string; children: ReactNode }) {
  return (
    <main className={classes.page} id="content">
      <div className={classes.card}>
        <h1>{title}</h1>
        {children}
      </div>
    </main>
  );
}
