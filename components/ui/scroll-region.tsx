import type { ReactNode } from "react";

interface Props {
  readonly label: string;
  readonly className?: string | undefined;
  readonly test?: string | undefined;
  readonly children: ReactNode;
}

/** What scrolls must be reachable by keyboard, and then have a name. */
export function ScrollRegion({ label, className, test, children }: Props) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: see above.
    <section className={className} tabIndex={0} aria-label={label} data-test={test}>
      {children}
    </section>
  );
}
