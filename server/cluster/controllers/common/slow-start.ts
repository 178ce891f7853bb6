/**
 * Runs `task` count times, in batches of 1, 2, 4 …, so that what fails for all fails once. Stops after a batch with a
 * failure; gives how many succeeded and the first failure. Follows slowStartBatch.
 */
export async function slowStart(
  count: number,
  task: () => Promise<void>,
): Promise<{ succeeded: number; error?: unknown }> {
  let succeeded = 0;
  for (let size = 1; succeeded < count; size *= 2) {
    const batch = Math.min(size, count - succeeded);
    const results = await Promise.allSettled(Array.from({ length: batch }, task));
    const failed = results.find((result) => result.status === "rejected");
    succeeded += results.filter((result) => result.status === "fulfilled").length;
    if (failed) return { succeeded, error: failed.reason };
  }
  return { succeeded };
}
