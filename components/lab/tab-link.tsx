"use client";

import { IconArrowUpRight } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { usePaneLinks } from "../ui/index.ts";
import classes from "./blocks.module.css";
import { useLabActions } from "./lab-actions.tsx";
import { tabTarget } from "./tab-target.ts";

/** A link of the lab's text that shows a pane instead of leaving the page. */
export function TabLink({ href, children }: { href: string; children: ReactNode }) {
  const links = usePaneLinks();
  const { showTerminal } = useLabActions();
  const target = tabTarget(href);
  if (!target) return <span>{children}</span>;
  return (
    <button
      type="button"
      className={classes.tabLink}
      data-test="tab-link"
      onClick={() => (target.pane === "terminal" ? showTerminal() : links.open(target.pane, target.what))}
    >
      {children}
      <IconArrowUpRight size={13} aria-hidden />
    </button>
  );
}
