/** Exit codes of istioctl (istioctl/cmd/sysexits.go). */
export const EXIT = { general: 1, usage: 64, data: 65, analyzerFoundIssues: 79 } as const;

/** Printed on stderr as `Error: …`; ends the command with its exit code. */
export class CommandError extends Error {
  readonly exitCode: number = EXIT.general;
}

/** An unknown command or flag. */
export class UsageError extends CommandError {
  override readonly exitCode = EXIT.usage;
}

/** What upstream has and this istioctl has not: said plainly, never passed over. */
export const notSupported = (what: string) =>
  new CommandError(`${what} is not supported by the practice cluster's istioctl yet`);

/** The command has said what is to be said, and ends with this code: without `Error:`. */
export class Ended extends CommandError {
  constructor(
    override readonly exitCode: number,
    readonly lastWord = "",
  ) {
    super(lastWord);
  }
}

/** Somebody was asked and said no. */
export class Cancelled extends Ended {
  constructor() {
    super(EXIT.general, "Cancelled.\n");
  }
}
