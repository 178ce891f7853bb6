/** Bounds of what a page may send into the mesh. */
export const limits = {
  /** Of one request, below the 10 s after which a page gives up. */
  requestMs: 6_000,
  /** What of an answer is kept to be shown. */
  answerCharacters: 8_000,
  answerBytes: 256 * 1024,
  /** Requests under way at once; what is due beyond is skipped, and counted. */
  inFlight: 8,
  /** Nobody asked for so long: the learner has left. A page in the background asks once a minute. */
  absentMs: 150_000,
  /** Refusals to send in a row after which it makes no sense to go on. */
  refusals: 5,
  /** A pod that sends is looked up anew after so long. */
  sourceMs: 3_000,
  outcomes: 20,
  /** Requests whose trail can still be asked for. */
  remembered: 20,
  /** Proxies whose log is read for one trail, and lines of each. */
  proxies: 24,
  logLines: 400,
  hops: 60,
  /** A proxy writes its log about once a second. */
  settledMs: 2_500,
  trailMs: 9_000,
  choices: 200,
} as const;
