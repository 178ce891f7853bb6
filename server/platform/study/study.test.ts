import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { LabSummary } from "../../contracts/index.ts";
import { pgliteBackend } from "../../testing/databases.ts";
import type { DatabaseConnection } from "../db/index.ts";
import { certificateDoor } from "./certificate-door.ts";
import { certificatePdf } from "./certificate-pdf.ts";
import { CERTIFICATES_PER_MINUTE } from "./limits.ts";
import { StudyDesk } from "./study.ts";

const lab = (id: string, conditions: number): LabSummary => ({
  ...{
    id,
    workshop: "istio-basics",
    order: 1,
    title: `Lab <${id}>`,
    summary: "",
    minutes: 5,
    prerequisites: [],
    tabs: [],
  },
  steps: [{ id: "one", title: "One", conditions }],
});
const labs = [lab("first", 1), lab("second", 2), lab("reading", 0)];
const backend = pgliteBackend();
let connection: DatabaseConnection;
let server: Server;
let now = 0;
let desk: StudyDesk;
let origin = "";

beforeAll(async () => {
  connection = await backend.open();
  await connection.database.ensureLearner({ id: "ada", name: 'Ada <b>"L"</b>', role: "learner" });
  await connection.database.ensureLearner({ id: "bob", name: "Боб", role: "learner" });
  desk = new StudyDesk({ db: async () => connection.database, labs: async () => labs });
  const door = certificateDoor({ study: desk, now: () => now });
  server = createServer((request, response) => {
    const asked = { path: new URL(request.url ?? "", "http://x").pathname, nonce: () => "n0", origin };
    door(request, response, asked).then(
      (taken) => {
        if (!taken) response.writeHead(501).end("another's");
      },
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await new Promise((resolve) => server.close(resolve));
  await connection.close();
  await backend.dispose();
});

const finish = (learner: string, id: string, at: string) =>
  connection.database.record({
    ...{ id: crypto.randomUUID(), learner, kind: "conditions", lab: id, step: "one", at: new Date(at) },
    payload: { passed: ["a"], complete: true, required: ["one"] },
  });

it("a note is one learner's own; an empty one without a mark is none", async () => {
  const note = { lab: "first", step: "one", text: "sidecars first", bookmarked: false };
  expect(await desk.keep("ada", note)).toMatchObject({
    step: "one",
    text: "sidecars first",
    bookmarked: false,
  });
  await desk.keep("ada", { ...note, text: "changed", bookmarked: true });
  expect(await desk.notes("ada", "first")).toMatchObject([
    { step: "one", text: "changed", bookmarked: true },
  ]);
  expect(await desk.notes("bob", "first")).toEqual([]);
  expect(await desk.keep("ada", { ...note, text: "", bookmarked: false })).toBeNull();
  expect(await desk.notes("ada", "first")).toEqual([]);
  await expect(desk.keep("ada", { ...note, step: "nowhere" })).rejects.toThrow(
    "There is no such lab or step.",
  );
});

it("a certificate follows from finished labs only, and is the same each time", async () => {
  await expect(desk.certify("ada", "first")).rejects.toThrow("Not finished yet: Lab <first>; Lab <second>.");
  await finish("ada", "first", "2026-11-20T10:00:00Z");
  await expect(desk.certify("ada", "first")).rejects.toThrow("Not finished yet: Lab <second>.");
  await finish("ada", "second", "2026-11-22T10:00:00Z");
  const [one, other] = await Promise.all([desk.certify("ada", "first"), desk.certify("ada", "second")]);
  expect(one).toEqual(other);
  expect(one).toMatchObject({
    ...{ workshop: "istio-basics", name: 'Ada <b>"L"</b>', labs: ["Lab <first>", "Lab <second>"] },
    finishedAt: Date.parse("2026-11-22T10:00:00Z"),
  });
  expect(one.code).toMatch(/^[0-9A-HJKMNP-TV-Z]{16}$/);
  await expect(desk.certify("bob", "first")).rejects.toThrow("Not finished yet");
});

it("whoever has the code sees it, as page and as PDF, with every name as text", async () => {
  const { code } = await desk.certify("ada", "first");
  const spelled = code.toLowerCase().replace(/(.{4})(?=.)/g, "$1-");
  const page = await fetch(`${origin}/certificate/${spelled}`);
  expect(page.status).toBe(200);
  const text = await page.text();
  expect(text).toContain("<h1>Ada &#60;b&#62;&#34;L&#34;&#60;/b&#62;</h1>");
  expect(text).toContain("22 November 2026");
  const pdf = await fetch(`${origin}/certificate/${code}.pdf`);
  expect(pdf.headers.get("content-type")).toBe("application/pdf");
  expect(
    Buffer.from(await pdf.arrayBuffer())
      .subarray(0, 5)
      .toString("latin1"),
  ).toBe("%PDF-");
  expect((await fetch(`${origin}/certificate/${"0".repeat(16)}`)).status).toBe(404);
  expect((await fetch(`${origin}/certificate/%ff`)).status).toBe(404);
  expect((await fetch(`${origin}/labs`)).status).toBe(501);
});

it("a name in letters that the fonts lack does not break the file", async () => {
  await finish("bob", "first", "2026-11-20T10:00:00Z");
  await finish("bob", "second", "2026-11-20T10:00:00Z");
  const pdf = await certificatePdf(await desk.certify("bob", "first"), `${origin}/certificate/x`);
  expect(pdf.subarray(0, 5).toString("latin1")).toBe("%PDF-");
});

it("nobody tries codes without end", async () => {
  now = 60_000 * 5;
  const statuses: number[] = [];
  for (let count = 0; count <= CERTIFICATES_PER_MINUTE; count++)
    statuses.push((await fetch(`${origin}/certificate/nothing`)).status);
  expect([...new Set(statuses)]).toEqual([404, 429]);
  now += 60_000;
  expect((await fetch(`${origin}/certificate/nothing`)).status).toBe(404);
});
