import { z } from "zod";

/** What one learner may take of the machine. */
export interface Quotas {
  /** Processes and threads of one terminal or command. */
  readonly processes: number;
  /** Open files of one process. */
  readonly openFiles: number;
  /** Memory of all the learner's programs together; also the most that one process may ask for. */
  readonly memoryBytes: number;
  /** Home and /tmp together. */
  readonly diskBytes: number;
  readonly diskFiles: number;
  /** The largest single file. */
  readonly fileBytes: number;
  /** When the disk has less than this left, nobody's files may grow. */
  readonly freeBytes: number;
  /** Politeness of the learner's programs beside the servers: 0 to 19. */
  readonly nice: number;
}

const megabytes = (least: number, standard: number) =>
  z.coerce
    .number()
    .int()
    .min(least)
    .max(1024 * 1024)
    .default(standard)
    .transform((value) => value * 1024 * 1024);
const count = (least: number, standard: number) =>
  z.coerce.number().int().min(least).max(1_000_000).default(standard);

/** A `kubectl` has about 10 threads, an `istioctl` 12: fewer processes would stop ordinary work. */
const schema = z.object({
  MESHWORK_LIMIT_PROCESSES: count(64, 256),
  MESHWORK_LIMIT_OPEN_FILES: count(64, 1024),
  MESHWORK_LIMIT_MEMORY_MB: megabytes(128, 1024),
  MESHWORK_LIMIT_DISK_MB: megabytes(16, 256),
  MESHWORK_LIMIT_DISK_FILES: count(1_000, 20_000),
  MESHWORK_LIMIT_FILE_MB: megabytes(1, 64),
  MESHWORK_LIMIT_FREE_DISK_MB: megabytes(0, 1024),
  MESHWORK_LIMIT_NICE: z.coerce.number().int().min(0).max(19).default(5),
});

export const quotaNames = Object.keys(schema.shape);

/** Throws an Error with a sentence that names the variable. */
export function readQuotas(environment: Readonly<Record<string, string | undefined>>): Quotas {
  const set = Object.fromEntries(
    quotaNames.flatMap((name) => (environment[name] ? [[name, environment[name]]] : [])),
  );
  const parsed = schema.safeParse(set);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new Error(`${issue?.path.join(".") ?? "limits"}: ${issue?.message ?? "not understood"}`);
  }
  const limits = parsed.data;
  return {
    processes: limits.MESHWORK_LIMIT_PROCESSES,
    openFiles: limits.MESHWORK_LIMIT_OPEN_FILES,
    memoryBytes: limits.MESHWORK_LIMIT_MEMORY_MB,
    diskBytes: limits.MESHWORK_LIMIT_DISK_MB,
    diskFiles: limits.MESHWORK_LIMIT_DISK_FILES,
    fileBytes: limits.MESHWORK_LIMIT_FILE_MB,
    freeBytes: limits.MESHWORK_LIMIT_FREE_DISK_MB,
    nice: limits.MESHWORK_LIMIT_NICE,
  };
}
