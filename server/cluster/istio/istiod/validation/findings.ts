/** What validation has to say of one object: why it is refused, and what is only worth a word. */
export interface Findings {
  readonly errors: string[];
  readonly warnings: string[];
  /** Upstream counts even a single error of this kind ("1 error occurred:"). */
  readonly counted?: true;
}

export const noFindings = (): Findings => ({ errors: [], warnings: [] });
