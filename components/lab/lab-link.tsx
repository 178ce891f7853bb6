import type { Route } from "next";
import Link from "next/link";
import type { ReactNode } from "react";

/** To another lab of this installation, without leaving the page's connection for a new document. */
export function LabLink({ href, children }: { href: string; children: ReactNode }) {
  // The lab's text is checked when it is loaded: its links lead to labs that are there.
  return <Link href={href as Route}>{children}</Link>;
}
