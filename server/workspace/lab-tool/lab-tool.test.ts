import { readFileSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import path from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { lintLabs, loadLabProof } from "../../platform/labs/index.ts";
import { contentFolder } from "../testing/content-folder.ts";
import { LabToolError, runLabTool } from "./command.ts";
import { junit } from "./junit.ts";
import { newLab } from "./new-lab.ts";
import { printsLike } from "./prints-like.ts";
import { testLabs } from "./test-labs.ts";

const removals: string[] = [];
afterEach(async () => {
  for (const dir of removals.splice(0)) await rm(dir, { recursive: true });
});

async function content(): Promise<string> {
  const dir = await contentFolder();
  removals.push(dir);
  return dir;
}

describe("meshwork lab new", () => {
  it("begins a lab that lint finds nothing in, with a break for its condition", async () => {
    const contentDir = await content();
    const lab = { contentDir, workshop: "basics", title: undefined };
    expect(path.relative(contentDir, await newLab({ ...lab, id: "retry-budgets" }))).toBe(
      "workshops/basics/01-retry-budgets/lab.md",
    );
    const second = await newLab({ ...lab, id: "two", title: 'Say "two"' });
    expect(path.relative(contentDir, second)).toBe("workshops/basics/02-two/lab.md");
    expect(readFileSync(second, "utf8")).toContain('title: "Say \\"two\\""');
    expect(await lintLabs({ contentDir })).toEqual([]);
    const proof = await loadLabProof("retry-budgets", { contentDir });
    expect(proof?.steps.map(({ id, runBlocks, breaks }) => [id, runBlocks.length, breaks.length])).toEqual([
      ["first-step", 2, 1],
    ]);
  });

  it.each([
    { id: "../x", says: "../x: a lab's id is lower-case words with dashes, e.g. retry-budgets" },
    {
      id: "one",
      workshop: "other",
      says: "there is no workshop.yaml; name another workshop with --workshop",
    },
  ])("refuses $id in $workshop", async ({ id, workshop = "basics", says }) => {
    const contentDir = await content();
    await expect(newLab({ contentDir, workshop, id, title: undefined })).rejects.toThrow(says);
  });

  it("does not write over a lab", async () => {
    const lab = { contentDir: await content(), workshop: "basics", id: "one", title: undefined };
    await newLab(lab);
    await expect(newLab(lab)).rejects.toThrow('there is a lab "one" already');
  });
});

describe("meshwork lab", () => {
  it.each([
    { args: ["tset"], says: /^There is no command "meshwork lab tset"\./ },
    { args: ["test", "nosuch"], says: /^There is no lab "nosuch"\. The labs are:/ },
    { args: ["test", "--jobs", "none"], says: /^--jobs is a number from 1 to 8, not "none"\./ },
    { args: ["test", "--colour"], says: /Unknown option '--colour'/ },
    { args: ["new"], says: /^Name one lab to begin\./ },
  ])("$args is refused in words", async ({ args, says }) => {
    const error: unknown = await runLabTool([...args, "--content", await content()]).catch(
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(LabToolError);
    expect(error instanceof Error && error.message).toMatch(says);
  });
});

describe("a report for CI", () => {
  it("has a suite for each lab and release, and says where a fault stands", () => {
    const fault = { file: "lab.md", line: 7, problem: 'a <b> & "c"\u0007' };
    const steps = [
      { step: "prepare", seconds: 1.25, faults: [] },
      { step: "look", seconds: 2, faults: [fault] },
    ];
    expect(junit([{ lab: "first", istioVersion: "1.21.6", steps }])).toBe(
      [
        '<?xml version="1.0" encoding="UTF-8"?>',
        "<testsuites>",
        '  <testsuite name="first (Istio 1.21.6)" tests="2" failures="1" time="3.3">',
        '    <testcase classname="first" name="prepare" time="1.3"/>',
        '    <testcase classname="first" name="look" time="2.0">',
        '      <failure message="a &lt;b&gt; &amp; &quot;c&quot;�">lab.md:7: a &lt;b&gt; &amp; &quot;c&quot;�</failure>',
        "    </testcase>",
        "  </testsuite>",
        "</testsuites>",
        "",
      ].join("\n"),
    );
  });
});

describe("what a lab says is printed", () => {
  const printed =
    "NAME    READY\nsleep-abc-1   2/2  Running\ncurl: (7) Failed to connect to 127.0.0.1 port 80\n";
  it.each([
    ["a line", "NAME READY", true],
    ["a word that differs", "sleep-<id> 2/2 Running", true],
    ["the rest of a line", "curl: (7) Failed to connect to <…>", true],
    ["lines in order", "NAME READY\ncurl: <…>", true],
    ["lines out of order", "sleep-<id> 2/2 Running\nNAME READY", false],
    ["another number", "sleep-<id> 1/1 Running", false],
    ["part of a line", "NAME", false],
    ["no pattern but text", "sleep.abc.1 2/2 Running", false],
  ])("%s", (_name, pattern, found) => {
    expect(printsLike(pattern, printed) === "").toBe(found);
  });
});

describe("meshwork lab test --kubeconfig", () => {
  it("changes nobody's cluster unasked", async () => {
    const dir = await content();
    const kubeconfig = path.join(dir, "kubeconfig");
    await expect(runLabTool(["test", "--content", dir, "--kubeconfig", kubeconfig, "--yes"])).rejects.toThrow(
      `There is no file ${kubeconfig}.`,
    );
    writeFileSync(kubeconfig, "");
    const refused = runLabTool(["test", "--content", dir, "--kubeconfig", kubeconfig]);
    await expect(refused).rejects.toBeInstanceOf(LabToolError);
    await expect(refused).rejects.toThrow(`Labs change the cluster of ${kubeconfig}: they install Istio`);
  });

  it("says what a cluster that does not answer was asked, without calling it the lab's fault", async () => {
    const dir = await content();
    await newLab({ contentDir: dir, workshop: "basics", id: "one", title: undefined });
    const kubeconfig = path.join(dir, "kubeconfig");
    writeFileSync(
      kubeconfig,
      JSON.stringify({
        ...{ apiVersion: "v1", kind: "Config", "current-context": "c" },
        clusters: [{ name: "c", cluster: { server: "http://127.0.0.1:9" } }],
        contexts: [{ name: "c", context: { cluster: "c", user: "u" } }],
        users: [{ name: "u", user: {} }],
      }),
    );
    const said: string[] = [];
    const [report] = await testLabs({
      ...{ contentDir: dir, labs: ["one"], istioVersions: ["1.21.6"], solveOnly: false, jobs: 1 },
      ...{
        clusterCommand: [],
        toolboxBin: path.join(dir, "no-tools"),
        kubeconfig,
        say: (line) => said.push(line),
      },
    });
    expect(report).toMatchObject({
      lab: "one",
      steps: [],
      skipped: expect.stringMatching(/^the cluster does not answer: /),
    });
    expect(said.join()).toContain("one (Istio 1.21.6)\n  – not proved here: the cluster does not answer: ");
  });
});
