/** What validation has to say of one object: why it is refused, and what is only worth a word. */
export interface Findings {
  readonly errors: string[];
  readonly warnings: string[];
  /** Upstream counts even a single error of this kind ("1 error occurred:"). */
  readonly counted?: true;
}

export const noFindings = (): Findings => ({ errors: [], warnings: [] });

/** Named hosts of the mesh: letters, digits, dashes and dots, perhaps with a leading `*.`. */
export function isFqdn(host: string): boolean {
  return (
    host.length <= 253 &&
    host.includes(".") &&
    host.split(".").every((label) => /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/i.test(label))
  );
}

export const isWildcard = (host: string): boolean => host.startsWith("*");
