import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const TABLES = new URL("./tables/", import.meta.url);
const ENTRIES = ["./traffic.test.ts", "./edges.test.ts", "./policies.test.ts"];
const DOCUMENT = new URL("../../../docs/istio-support.md", import.meta.url);

const read = (place: URL) => readFileSync(place, "utf8");
const files = readdirSync(TABLES).filter((name) => name.endsWith(".ts"));
const tables = files.flatMap((name) =>
  [...read(new URL(name, TABLES)).matchAll(/^simulate\("([^"]+)"/gm)].map(([, title]) => title ?? ""),
);

/** Rows of the document that name tables: the feature's word, and the names. */
const rows = read(DOCUMENT)
  .split("\n")
  .filter((line) => line.startsWith("| ") && line.split(" | ").length === 4)
  .map((line) => line.split(" | "))
  .map(([feature = "", word = "", , shown = ""]) => ({
    feature: feature.replace("| ", ""),
    word,
    named: [...shown.matchAll(/`([^`]+)`/g)].map(([, name]) => name ?? ""),
  }))
  .filter(({ word }) => ["yes", "partly", "no"].includes(word));

describe("docs/istio-support.md", () => {
  it("names tables that are there", () => {
    expect(rows.length).toBeGreaterThan(20);
    const unknown = rows.flatMap(({ named }) => named).filter((name) => !tables.includes(name));
    expect(unknown).toEqual([]);
  });

  it("names every table", () => {
    const named = new Set(rows.flatMap((row) => row.named));
    expect(tables.filter((title) => !named.has(title))).toEqual([]);
  });

  it("every table is run", () => {
    const entries = ENTRIES.map((name) => read(new URL(name, import.meta.url))).join("\n");
    expect(files.filter((name) => !entries.includes(`"./tables/${name}"`))).toEqual([]);
  });
});
