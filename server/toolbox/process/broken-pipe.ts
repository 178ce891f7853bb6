/** 128 + SIGPIPE: what a shell sees of a program that wrote to a reader which had gone, as in `… | head`. */
const ENDED_BY_SIGPIPE = 141;

/** `command | head` ends without a word when head has seen enough; any other error of the stream still rises. */
export function endQuietlyWithReader(): void {
  for (const stream of [process.stdout, process.stderr])
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EPIPE") process.exit(ENDED_BY_SIGPIPE);
      throw error;
    });
}
