/** A fault in lab content, said so that its author can mend it: where it is, what is wrong, what to write. */
export class LabError extends Error {
  override readonly name = "LabError";
  readonly file: string;
  readonly line: number | undefined;
  /** The message without the place. */
  readonly problem: string;

  constructor(where: { file: string; line?: number | undefined }, problem: string, options?: ErrorOptions) {
    super(`${where.file}${where.line === undefined ? "" : `:${where.line}`}: ${problem}`, options);
    this.problem = problem;
    this.file = where.file;
    this.line = where.line;
  }
}

export function isLabError(error: unknown): error is LabError {
  return error instanceof LabError;
}
