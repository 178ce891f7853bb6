/** A write did not reach the database. Its message is for the learner; nothing of it was acknowledged. */
export class NotKept extends Error {
  constructor(cause: unknown) {
    super(
      isStorageFull(cause)
        ? "The server's disk is full: nothing can be saved until somebody frees space on it."
        : "The server could not save this; its log says why.",
      { cause },
    );
    this.name = "NotKept";
  }
}

export function isNotKept(error: unknown): error is NotKept {
  return error instanceof NotKept;
}

/** PostgreSQL says 53100 (disk_full), the file system ENOSPC; the layers in between keep it in different places. */
export function isStorageFull(error: unknown): boolean {
  if (typeof error !== "object" || error === null) return false;
  const said = ["code", "originalCode", "message", "originalMessage"].map((name) =>
    String(Reflect.get(error, name)),
  );
  if (said.some((text) => /^(53100|ENOSPC)$|No space left on device/i.test(text))) return true;
  return isStorageFull(Reflect.get(error, "cause"));
}
