// Code made from installed packages and our schema: the Prisma client, and the OpenAPI of the built-in Kubernetes kinds.

import { inRoot } from "./lib/paths.mjs";
import { capture } from "./lib/run.mjs";
import { exitWith, Refusal } from "./lib/stages.mjs";

async function step(title, args) {
  const { code, output } = await capture(process.execPath, args, {
    // `prisma generate` needs no engine, but looks for one; any existing file satisfies it (prisma.config.ts).
    env: {
      ...process.env,
      PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
      PRISMA_HIDE_UPDATE_MESSAGE: "1",
      CHECKPOINT_DISABLE: "1",
    },
  });
  if (code !== 0) throw new Refusal(`${title} failed:\n${output}`);
}

try {
  await step("prisma generate", [inRoot("node_modules/prisma/build/index.js"), "generate"]);
  await step("generate-openapi", [inRoot("scripts/generate-openapi.mjs")]);
} catch (error) {
  exitWith(error);
}
