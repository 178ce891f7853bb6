import { execFileSync, spawn } from "node:child_process";
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";

export interface TestPostgres {
  readonly url: string;
  stop(): Promise<void>;
}

const NOBODY = 65_534;

/** A PostgreSQL of the test's own, on loopback and a free port, as an ordinary user. Throws with what to install. */
export async function startPostgres(): Promise<TestPostgres> {
  const bin = findBinaries();
  const folder = mkdtempSync(path.join(tmpdir(), "meshwork-pg-"));
  const data = path.join(folder, "data");
  // PostgreSQL refuses to run as root.
  const root = process.getuid?.() === 0;
  if (root) chownSync(folder, NOBODY, NOBODY);
  chmodSync(folder, 0o700);
  const identity = root ? { uid: NOBODY, gid: NOBODY } : {};
  const options = { cwd: folder, env: { ...process.env, HOME: folder, LC_ALL: "C" }, ...identity };
  execFileSync(path.join(bin, "initdb"), ["-D", data, "-U", "meshwork", "-A", "trust", "-N", "-E", "UTF8"], {
    ...options,
    stdio: "pipe",
  });
  const port = await freePort();
  const server = spawn(
    path.join(bin, "postgres"),
    ["-D", data, "-p", String(port), "-c", "listen_addresses=127.0.0.1", "-k", folder, "-c", "fsync=off"],
    { ...options, stdio: "ignore" },
  );
  const ended = new Promise<void>((resolve) => server.once("close", () => resolve()));
  const url = `postgresql://meshwork@127.0.0.1:${port}/postgres`;
  await untilItAnswers(url);
  return {
    url,
    async stop() {
      server.kill("SIGINT");
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function findBinaries(): string {
  const debian = "/usr/lib/postgresql";
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const candidates = [
    ...versions.map((version) => path.join(debian, version, "bin")),
    ...(process.env.PATH ?? "").split(path.delimiter),
  ];
  const found = candidates.find((folder) => existsSync(path.join(folder, "initdb")));
  if (!found) {
    throw new Error(
      "This test needs a PostgreSQL server: apt-get install postgresql (or put initdb and postgres on PATH). Nothing needs to be running.",
    );
  }
  return found;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() =>
        address && typeof address === "object" ? resolve(address.port) : reject(new Error("no port")),
      );
    });
  });
}

async function untilItAnswers(url: string): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    const client = new pg.Client({ connectionString: url });
    try {
      await client.connect();
      await client.end();
      return;
    } catch (error) {
      if (attempt > 200) throw error;
      await sleep(50);
    }
  }
}
