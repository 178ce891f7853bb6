/** What was found wrong, and where in the lab it stands. */
export interface Fault {
  readonly file: string;
  readonly line: number | undefined;
  readonly problem: string;
}

export interface StepReport {
  readonly step: string;
  readonly seconds: number;
  readonly faults: readonly Fault[];
}

/** What a condition said, as a report shows it. */
export interface Said {
  readonly id: string;
  readonly status: string;
  /** Message, expected, found, evidence: where a finding is looked for. */
  readonly text: string;
}
