import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["{server,components,app,scripts,bin}/**/*.test.{ts,tsx,mjs}"],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Two cores: more workers only make them wait for each other.
    maxWorkers: 2,
  },
});
