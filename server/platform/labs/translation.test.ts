import { afterEach, describe, expect, it } from "vitest";
import { isLabError } from "./lab-error.ts";
import { getLab, labLanguages, lintLabs, listLabs, loadLab } from "./labs.ts";
import { contentFolder, labText } from "./testing/content-folder.ts";

const removals: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const remove of removals.splice(0)) await remove();
});

const lab = labText(
  `Why.

![What calls what](calls.svg)

## Look {#look}

Type \`ls\`{{exec}}, then [look](tab:graph?focus=web-api) and read on at [the end](#end).

\`\`\`bash run
kubectl get pods
\`\`\`

\`\`\`output
web-api
\`\`\`

:::hint
Wait.
:::

## The end {#end}

:::quiz[Who signs?]
- [x] istiod

  It has the key.

- [ ] Envoy

  It asks.
:::
`,
  `checks:
  look:
    - id: it-runs
      title: It runs
      message: It does not run
      next: Wait
      hints: [{ text: Look again, afterFailures: 2 }]
      pods: { selector: app=web-api, ns: shop }
`,
);

const german = `---
title: Das Erste
summary: Tu etwas.
checks:
  look:
    - id: it-runs
      title: Es läuft
      message: Es läuft nicht
      next: Warte
      hints: [{ text: Sieh noch einmal hin }]
---

Warum.

![Wer wen ruft](calls.svg)

## Hinsehen {#look}

Lies weiter bis zum [Ende](#end). Vorher [sieh hin](tab:graph?focus=web-api) und tippe \`ls\`{{exec}}.

\`\`\`bash run
kubectl get pods
\`\`\`

\`\`\`output
web-api
\`\`\`

:::hint
Warte.
:::

## Das Ende {#end}

:::quiz[Wer unterschreibt?]
- [x] istiod

  Er hat den Schlüssel.

- [ ] Envoy

  Er fragt.
:::
`;

const svg = '<svg viewBox="0 0 10 10"><title>x</title></svg>';

async function content(translation: string, more: Record<string, string> = {}): Promise<string> {
  const folder = "workshops/basics/01-first";
  const made = await contentFolder({
    [`${folder}/lab.md`]: lab,
    [`${folder}/lab.de.md`]: translation,
    [`${folder}/calls.svg`]: svg,
    ...more,
  });
  removals.push(made.remove);
  return made.dir;
}

describe("a lab in several languages", () => {
  it("is read in the one that was asked for: texts of steps, conditions and quizzes, and nothing else", async () => {
    const contentDir = await content(german);
    const view = await getLab("first", { contentDir, language: "de" });
    expect([view?.language, view?.summary.title, view?.summary.summary]).toEqual([
      "de",
      "Das Erste",
      "Tu etwas.",
    ]);
    expect(view?.steps.map(({ id, title, conditions }) => ({ id, title, conditions }))).toEqual([
      { id: "look", title: "Hinsehen", conditions: [{ id: "it-runs", title: "Es läuft" }] },
      { id: "end", title: "Das Ende", conditions: [] },
    ]);
    // A report counts one question, in whatever language it was read.
    expect(JSON.stringify(view?.steps[1]?.body)).toContain(
      '"dataTitle":"Wer unterschreibt?","dataKey":"Who signs?"',
    );
    expect((await listLabs({ contentDir, language: "de" })).map(({ title }) => title)).toEqual(["Das Erste"]);
    const [own, translated] = [
      await loadLab("first", { contentDir }),
      await loadLab("first", { contentDir, language: "de" }),
    ];
    const step = own?.steps[0];
    expect(translated?.steps[0]).toEqual({
      ...step,
      title: "Hinsehen",
      conditions: [
        {
          ...step?.conditions[0],
          ...{ title: "Es läuft", message: "Es läuft nicht", next: "Warte" },
          hints: [{ text: "Sieh noch einmal hin", afterFailures: 2 }],
        },
      ],
    });
  });

  it("comes in its own language when it has no such translation, and a region has its language's", async () => {
    const contentDir = await content(german);
    const languages = ["fr", "de-AT", "en", undefined].map(
      async (language) => (await getLab("first", { contentDir, language }))?.language,
    );
    expect(await Promise.all(languages)).toEqual(["en", "de", "en", "en"]);
    expect(await labLanguages({ contentDir })).toEqual(["de"]);
  });

  it("a translation that fell behind is not shown to learners, refused to authors, and told by lint", async () => {
    const contentDir = await content(german.replace("get pods", "get pod"));
    expect((await getLab("first", { contentDir, language: "de" }))?.language).toBe("en");
    const problem =
      'step "look": run "kubectl get pod" stands where content/workshops/basics/01-first/lab.md:23 has run "kubectl get pods"; a translation does the same';
    await expect(getLab("first", { contentDir, language: "de", strict: true })).rejects.toThrow(problem);
    expect(await lintLabs({ contentDir })).toEqual([
      { file: "content/workshops/basics/01-first/lab.de.md", line: 21, problem },
    ]);
  });

  it("may be a copy of the whole file, as long as the rest says the same", async () => {
    const whole = lab
      .replace("title: First", "title: Das Erste")
      .replace("title: It runs", "title: Es läuft")
      .replace("[Who signs?]", "[Wer unterschreibt?]");
    const contentDir = await content(whole);
    expect(await lintLabs({ contentDir })).toEqual([]);
    expect((await getLab("first", { contentDir, language: "de" }))?.summary.title).toBe("Das Erste");
    expect(await lintLabs({ contentDir: await content(whole.replace("ns: shop", "ns: default")) })).toEqual([
      {
        file: "content/workshops/basics/01-first/lab.de.md",
        line: 13,
        problem:
          "checks.look.0.pods.ns: content/workshops/basics/01-first/lab.md says something else; leave it out: a translation holds texts",
      },
    ]);
  });

  it.each([
    ["## Hinsehen {#look}", "## Hinsehen {#schau}", "the steps are schau, end, and in LAB look, end"],
    ["```output\nweb-api", "```output\nweb", 'output "web" stands where LAB:27 has output "web-api"'],
    ["```output\nweb-api\n```\n", "", ':::hint stands where LAB:27 has output "web-api"'],
    [":::hint\nWarte.\n:::", "", "nothing more stands where LAB:31 has :::hint"],
    ["- [ ] Envoy", "- [x] Envoy\n\n  Auch.\n\n- [ ] niemand", "a quiz with the answers xx-"],
    [
      "![Wer wen ruft](calls.svg)",
      "",
      "before the first step: nothing more stands where LAB:17 has a diagram",
    ],
    ["tippe `ls`{{exec}}", "tippe `ls -l`{{exec}}", "`ls`{{exec}} of LAB:21 is missing"],
    ["?focus=web-api", "", "the link tab:graph?focus=web-api of LAB:21 is missing"],
    ["id: it-runs", "id: es-laeuft", "checks.look: the conditions are es-laeuft, and in LAB it-runs"],
    ["      message: Es läuft nicht\n", "", "checks.look.0.message: translate the message"],
    ["      next: Warte\n", "", 'checks.look.0.next: translate "Wait"'],
    [
      "[{ text: Sieh noch einmal hin }]",
      "[]",
      "checks.look.0.hints: 0 hints, and the lab has 1; translate each",
    ],
    ["  look:\n", "  luk:\n", "checks.luk: LAB checks no such step"],
    [
      "summary: Tu etwas.",
      "summary: Tu etwas.\nminuten: 5",
      "minuten: LAB says something else; leave it out",
    ],
    ["title: Das Erste\n", "", "title: write a title"],
  ])("drift: %j written as %j", async (from, to, problem) => {
    const contentDir = await content(german.replace(from, to));
    const error: unknown = await getLab("first", { contentDir, language: "de", strict: true }).catch(
      (reason: unknown) => reason,
    );
    expect(isLabError(error) ? error.message : error).toContain(
      problem.replaceAll("LAB", "content/workshops/basics/01-first/lab.md"),
    );
  });

  it("links of a translation are looked at, and a lab in another language of its own says so", async () => {
    const there = await content(german.replace("[sieh hin]", "[mehr](other.md) [sieh hin]"), {
      "workshops/basics/workshop.yaml": "id: basics\ntitle: Basics\nsummary: x\nlanguage: fr\n",
    });
    expect((await lintLabs({ contentDir: there })).map(({ line, problem }) => ({ line, problem }))).toEqual([
      {
        line: 19,
        problem:
          'the link "other.md" leads nowhere from a lab page; write "#step", "/labs/ID", "tab:graph" or a whole URL',
      },
    ]);
    expect((await getLab("first", { contentDir: there }))?.language).toBe("fr");
  });
});
