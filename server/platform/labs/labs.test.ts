import { symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { isLabError } from "./lab-error.ts";
import { contentState, getLab, listLabs, loadLab } from "./labs.ts";
import { contentFolder, labText } from "./testing/content-folder.ts";

const removals: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const remove of removals.splice(0)) await remove();
});

const file = "workshops/basics/01-first/lab.md";
const check = (probe: string) =>
  [
    "checks:",
    "  look:",
    "    - id: it-holds",
    "      title: It holds",
    "      message: It does not",
    `      ${probe}`,
    "",
  ].join("\n");
const pods = "pods: { selector: app=web, ns: shop }";

async function content(files: Record<string, string>): Promise<string> {
  const made = await contentFolder(files);
  removals.push(made.remove);
  return made.dir;
}

/** The message of the LabError that reading this lab ends with. */
async function fault(text: string, more: Record<string, string> = {}): Promise<string> {
  const contentDir = await content({ [file]: text, ...more });
  const error: unknown = await listLabs({ contentDir }).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return isLabError(error) ? error.message : `no LabError: ${String(error)}`;
}

describe("a lab", () => {
  it("has steps from its headings, conditions and solutions from its front matter", async () => {
    const body =
      "Why.\n\n## Look {#look}\n\n```bash run\nls\n```\n\n## Do it now!\n\n```bash run\na\n```\n:::solution\n```bash run\nb\n```\n:::\n";
    const more = `prepare:\n  istioProfile: demo\n  commands: [make ready]\n${check(pods)}solve:\n  look: [ls -l]\n`;
    const contentDir = await content({ [file]: labText(body, more) });
    expect(await listLabs({ contentDir })).toEqual([
      {
        workshop: "basics",
        id: "first",
        title: "First",
        summary: "Do a thing.",
        minutes: 5,
        steps: [
          { id: "look", title: "Look", conditions: 1 },
          { id: "do-it-now", title: "Do it now!", conditions: 0 },
        ],
      },
    ]);
    expect(await loadLab("first", { contentDir })).toEqual({
      summary: (await listLabs({ contentDir }))[0],
      prepare: { istioProfile: "demo", commands: ["make ready"] },
      steps: [
        {
          id: "look",
          title: "Look",
          conditions: [
            {
              id: "it-holds",
              title: "It holds",
              message: "It does not",
              needs: [],
              hints: [],
              mayHoldBefore: false,
              probe: { type: "pods", pods: { selector: "app=web", ns: "shop", ready: 1 } },
            },
          ],
          solve: ["ls -l"],
        },
        { id: "do-it-now", title: "Do it now!", conditions: [], solve: ["a", "b"] },
      ],
      filesDir: join(contentDir, "workshops/basics/files"),
    });
    const view = await getLab("first", { contentDir });
    expect(view?.steps.map((step) => step.conditions)).toEqual([[{ id: "it-holds", title: "It holds" }], []]);
    // What a page gets holds no probes and no hidden solutions.
    expect(JSON.stringify(view)).not.toMatch(/app=web|ls -l|make ready/);
  });

  it("is read anew when its text, or a file that it shows, has changed", async () => {
    const text = labText("## A\n\n```yaml file=a.yaml\n```\n");
    const shown = "workshops/basics/files/a.yaml";
    const contentDir = await content({ [file]: text, [shown]: "kind: Pod\n" });
    const page = async () => JSON.stringify(await getLab("first", { contentDir }));
    expect(await page()).toContain("Pod");
    await writeFile(join(contentDir, shown), "kind: Service\n");
    expect(await page()).toContain("Service");
    await writeFile(join(contentDir, file), text.replace("title: First", "title: Second"));
    expect(await page()).toContain("Second");
  });

  it("that does not exist is undefined, and so is a folder without workshops", async () => {
    const contentDir = await content({ [file]: labText("## A\n") });
    expect([await getLab("other", { contentDir }), await loadLab("../first", { contentDir })]).toEqual([
      undefined,
      undefined,
    ]);
    expect(await listLabs({ contentDir: join(contentDir, "nowhere") })).toEqual([]);
  });

  it("may be written on Windows", async () => {
    const contentDir = await content({
      [file]: labText("## A\n\n```bash run\nls\n```\n").replaceAll("\n", "\r\n"),
    });
    expect((await loadLab("first", { contentDir }))?.steps[0]?.solve).toEqual(["ls"]);
  });
});

describe("a fault names file, line and what to write", () => {
  const at = "content/workshops/basics/01-first/lab.md";
  it.each([
    {
      name: "no front matter",
      text: "## A\n",
      message: `${at}:1: no front matter: begin the file with "---", "id: …", "title: …"`,
    },
    {
      name: "no steps",
      text: labText("Hello"),
      message: `${at}: no steps: write a heading like "## Look around {#look}"`,
    },
    {
      name: "a missing field",
      text: "---\nid: first\ntitle: First\nsummary: x\n---\n## A\n",
      message: `${at}:2: minutes: write how long it takes, e.g. "minutes: 30"`,
    },
    {
      name: "an unknown key",
      text: labText("## A\n", "minuets: 5\n"),
      message: `${at}:6: minuets: not a known key; check its spelling or remove it`,
    },
    { name: "broken YAML", text: labText("## A\n", "a: [1\n"), message: `${at}:7: this is not YAML: ` },
    {
      name: "no probe",
      text: labText("## Look\n", check("next: x")),
      message: `${at}:8: checks.look.0: write exactly one of object, pods, http, mtls, proxyConfig, run, traffic, log`,
    },
    {
      name: "two probes",
      text: labText("## Look\n", check(`${pods}\n      mtls: { to: web.shop }`)),
      message: `${at}:8: checks.look.0: write exactly one of`,
    },
    {
      name: "a wrong probe",
      text: labText("## Look\n", check("pods: { selector: app=web }")),
      message: `${at}:11: checks.look.0.pods.ns: write the namespace, e.g. "ns: istioinaction"`,
    },
    {
      name: "a check for no step",
      text: labText("## Other\n", check(pods)),
      message: `${at}:7: checks: no step "look"; the steps are other`,
    },
    {
      name: "two steps with one id",
      text: labText("## A\n\n## A\n"),
      message: `${at}:9: two steps have the id "a"; give one another {#id}`,
    },
    {
      name: "a heading without an id",
      text: labText("## Ж\n"),
      message: `${at}:7: "## Ж" makes no step id; write "## Title {#id}" with lower-case words and dashes`,
    },
    {
      name: "an unknown directive",
      text: labText("## A\n\n:::hnit\nx\n:::\n"),
      message: `${at}:9: ":::hnit" is not known; write one of :::hint, :::solution, :::note, :::quiz`,
    },
    {
      name: "a box whose end is missing its beginning",
      text: labText("## A\n\n:::note\n:::note\nx\n:::\n:::\n"),
      message: `${at}:13: this ":::" opens and closes nothing; a box around another one needs more colons`,
    },
    {
      name: "a quiz without a right answer",
      text: labText("## A\n\n:::quiz[Why?]\n- [ ] a\n\n  b\n\n- [ ] c\n\n  d\n:::\n"),
      message: `${at}:9: a quiz needs a right answer, "- [x]", and a wrong one, "- [ ]"`,
    },
    {
      name: "a quiz answer that teaches nothing",
      text: labText("## A\n\n:::quiz[Why?]\n- [x] a\n- [ ] c\n:::\n"),
      message: `${at}:10: an answer needs feedback: an indented paragraph below it, with an empty line between`,
    },
    {
      name: "a quiz without a question",
      text: labText("## A\n\n:::quiz\n- [x] a\n:::\n"),
      message: `${at}:9: a quiz needs its question: write ":::quiz[Who signs the certificate?]"`,
    },
    {
      name: "a condition that needs a later one",
      text: labText("## Look\n", check(`needs: [other]\n      ${pods}`)),
      message: `${at}:11: needs: no condition "other" above this one; conditions need earlier ones of their step`,
    },
    {
      name: "a hint without an occasion",
      text: labText("## Look\n", check(`hints: [{ text: x }]\n      ${pods}`)),
      message: 'checks.look.0.hints.0: write "afterSeconds: 120" or "afterFailures: 2"',
    },
    {
      name: "a break of a condition that is not there",
      text: labText(
        "## Look\n",
        `${check(pods)}breaks:\n  look:\n    - { condition: other, run: x, finding: y }\n`,
      ),
      message: `${at}:14: breaks: step "look" has no condition "other"; it has it-holds`,
    },
    {
      name: "a missing file",
      text: labText("## A\n\n```yaml file=a.yaml\n```\n"),
      message: `${at}:9: file=a.yaml: there is no such file in the workshop's "files" folder`,
    },
  ])("$name", async ({ text, message }) => {
    expect(await fault(text)).toContain(message);
  });

  it("a file block that says something else than the file", async () => {
    const text = labText("## A\n\n```yaml file=a.yaml\nkind: Pod\n```\n");
    expect(await fault(text, { "workshops/basics/files/a.yaml": "kind: Service\n" })).toBe(
      `${at}:9: file=a.yaml: this text is not in the file; copy it from there or leave it empty`,
    );
  });

  it("an id that is taken", async () => {
    const twice = { "workshops/basics/02-again/lab.md": labText("## A\n") };
    expect(await fault(labText("## A\n"), twice)).toBe(
      `content/workshops/basics/02-again/lab.md:2: the id "first" is taken by ${at}`,
    );
  });
});

describe("what an author must not reach or exhaust", () => {
  it("files outside the workshop, by dots or by a link", async () => {
    const outside = "workshops/basics/workshop.yaml";
    const dots = await fault(labText("## A\n\n```yaml file=../workshop.yaml\n```\n"), {
      "workshops/basics/files/a": "x",
    });
    expect(dots).toContain("there is no such file");
    const contentDir = await content({
      [file]: labText("## A\n\n```yaml file=link\n```\n"),
      "workshops/basics/files/a": "x",
    });
    await symlink(join(contentDir, outside), join(contentDir, "workshops/basics/files/link"));
    await expect(listLabs({ contentDir })).rejects.toThrow("there is no such file");
    await writeFile(join(contentDir, file), labText("## A\n\n```yaml file=a\n```\n"));
    expect(await listLabs({ contentDir })).toHaveLength(1);
  });

  it.each([
    {
      name: "deep quotes",
      text: labText(`## A\n\n${"> ".repeat(5000)}x`),
      message: "nested more than 40 deep",
    },
    {
      name: "deep YAML",
      text: labText("## A\n", `a: ${"[".repeat(5000)}\n`),
      message: "nested more than 20 deep",
    },
    {
      name: "a huge file",
      text: labText(`## A\n\n${"x".repeat(600_000)}`),
      message: "larger than 524288 bytes",
    },
    {
      name: "YAML that unfolds to gigabytes",
      text: labText(
        "## A\n",
        `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: [*b,*b,*b,*b,*b,*b,*b,*b,*b]\n`,
      ),
      message: "a: not a known key",
    },
    {
      name: "keys that are no data",
      text: labText("## A\n", "__proto__: { minutes: 1 }\n"),
      message: "__proto__: not a known key",
    },
    {
      name: "an id that leads out of the folder",
      text: labText("## A\n").replace("id: first", "id: ../../etc"),
      message: "content/workshops/basics/01-first/lab.md:2: id: ",
    },
    {
      name: "many conditions",
      text: labText(
        "## A\n",
        `checks:\n  a:\n${Array.from({ length: 13 }, (_, index) => `    - { id: c${index}, title: t, message: m, ${pods} }\n`).join("")}`,
      ),
      message: "checks.a: Too big",
    },
    {
      name: "many steps",
      text: labText(Array.from({ length: 31 }, (_, index) => `## S${index}\n`).join("\n")),
      message: "more than 30 steps; make two labs",
    },
  ])("$name", async ({ text, message }) => {
    expect(await fault(text)).toContain(message);
  });
});

it("the state of a content folder changes with what is written in it, and only then", async () => {
  const contentDir = await content({ [file]: labText("## Look\n\nLook.") });
  const before = await contentState({ contentDir });
  expect(await contentState({ contentDir })).toBe(before);
  await writeFile(join(contentDir, file), labText("## Look\n\nLook again, and longer."));
  const after = await contentState({ contentDir });
  expect(after).not.toBe(before);
  await writeFile(join(contentDir, "workshops/basics/01-first/way.svg"), "<svg/>");
  expect(await contentState({ contentDir })).not.toBe(after);
});
