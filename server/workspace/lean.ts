/**
 * What glibc's allocator is told for programs that run once per learner. It gives each of V8's threads an arena of its
 * own and keeps what was freed, up to 64 MB, for the next time: some 10 MB for each practice cluster (71 → 60 MB of PSS
 * with the demo profile and bookinfo). They do their work in one thread; one arena is enough. Other libraries ignore it.
 */
export const leanMemory = { MALLOC_ARENA_MAX: "1", MALLOC_TRIM_THRESHOLD_: "131072" } as const;
