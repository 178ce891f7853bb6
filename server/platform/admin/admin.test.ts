import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import pino from "pino";
import { afterAll, beforeAll, expect, it } from "vitest";
import { z } from "zod";
import { askAdmin, openAdmin } from "../../../scripts/lib/admin.mjs";
import { AdminRefusal, type AdminServer, startAdminServer } from "./index.ts";

const dataDir = mkdtempSync(path.join(tmpdir(), "mwa-"));
const said: string[] = [];
const log = pino({ level: "error" }, { write: (line: string) => void said.push(line) });
const start = () =>
  startAdminServer({
    dataDir,
    log,
    commands: {
      double: async (params) => z.strictObject({ number: z.number() }).parse(params).number * 2,
      refuse: async () => {
        throw new AdminRefusal("There is no such user.");
      },
      nothing: async () => undefined,
    },
    streams: {
      shout: async (request, response) => {
        response.writeHead(200);
        await pipeline(
          request,
          async function* (source) {
            for await (const part of source) yield String(part).toUpperCase();
          },
          response,
        );
      },
      broken: async (_request, response) => {
        response.writeHead(200);
        response.write("half");
        throw new AdminRefusal("The rest could not be read.");
      },
    },
  });
let server: AdminServer;
beforeAll(async () => {
  server = await start();
});
afterAll(async () => {
  await server.close();
  rmSync(dataDir, { recursive: true, force: true });
});

it("only the owner of the data folder can open the socket", () => {
  expect(statSync(server.socketPath).mode & 0o777).toBe(0o600);
  expect(statSync(path.dirname(server.socketPath)).mode & 0o777).toBe(0o700);
});

it("a command gets its parameters and answers a value", async () => {
  expect(await askAdmin("double", { number: 21 }, { dataDir })).toBe(42);
  expect(await askAdmin("nothing", {}, { dataDir })).toBeNull();
});

it("a refusal comes with its own words; a bug only into the log", async () => {
  const refused = (command: string, params?: object) =>
    askAdmin(command, params, { dataDir }).catch((error: unknown) => String(error));
  expect(await refused("refuse")).toBe("Error: There is no such user.");
  expect(await refused("toString")).toBe('Error: This server has no command "toString".');
  expect(await refused("double", { text: "x".repeat(70_000) })).toBe("Error: The command is too large.");
  expect(said).toEqual([]);
  expect(await refused("double", { number: "1" })).toBe(
    "Error: The server met an error of its own; its log says more.",
  );
  expect(said.join()).toContain("expected number");
});

it("a stream goes in and out; one that breaks off is not taken for whole", async () => {
  const answer = await openAdmin("shout", { dataDir, body: Readable.from(["some ", "words"]) });
  expect(await text(answer)).toBe("SOME WORDS");
  await expect(openAdmin("broken", { dataDir }).then(text)).rejects.toThrow("aborted");
});

it("a second server on the same data is refused; without one the client says so", async () => {
  await expect(start()).rejects.toThrow(`is held by process ${process.pid}`);
  await server.close();
  await expect(askAdmin("nothing", {}, { dataDir })).rejects.toThrow(
    `No Meshwork runs on the data in ${dataDir}.`,
  );
  server = await start();
  expect(await askAdmin("nothing", {}, { dataDir })).toBeNull();
});
