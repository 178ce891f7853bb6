import { execFile, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { test } from "@playwright/test";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const run = promisify(execFile);

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address ? address.port : 0;
}

test("what the image holds starts by its entry point and passes its health check", async () => {
  // Beside the checkout, so that files can be linked instead of copied.
  const folder = await mkdtemp(path.join(root, ".cache", "image-"));
  const data = await mkdtemp(path.join(tmpdir(), "meshwork-image-"));
  const port = String(await freePort());
  await run(process.execPath, [path.join(root, "deploy", "assemble.mjs"), folder]);
  const env = {
    ...process.env,
    NODE_ENV: "production" as const,
    MESHWORK_PREBUILT: "1",
    MESHWORK_DATA_DIR: data,
    PORT: port,
  };
  const child = spawn(process.execPath, ["scripts/run.cjs", "start"], {
    cwd: folder,
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    const ready = new Promise<void>((resolve, reject) => {
      createInterface({ input: child.stdout }).on(
        "line",
        (line) => line.includes("is ready after") && resolve(),
      );
      child.once("exit", (code) => reject(new Error(`start ended with ${code}`)));
    });
    await ready;
    await run(process.execPath, ["deploy/healthcheck.mjs"], {
      cwd: folder,
      env: { ...process.env, PORT: port },
    });
  } finally {
    child.removeAllListeners("exit");
    const gone = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGINT");
    await gone;
    await rm(folder, { recursive: true, force: true });
    await rm(data, { recursive: true, force: true });
  }
});
