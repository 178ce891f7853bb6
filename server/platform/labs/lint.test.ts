import { afterEach, describe, expect, it } from "vitest";
import { lintLabs } from "./labs.ts";
import { contentFolder, labText } from "./testing/content-folder.ts";

const removals: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const remove of removals.splice(0)) await remove();
});

const at = "content/workshops/basics/01-first/lab.md";
const ok = "## Look\n\n```bash run\nls\n```\n\n```output\na\n```\n";
const pods = [
  "checks:",
  "  look:",
  "    - { id: it-holds, title: It holds, message: It does not, pods: { selector: app=web, ns: shop } }",
  "",
].join("\n");

async function findings(text: string, more: Record<string, string> = {}): Promise<string[]> {
  const made = await contentFolder({ "workshops/basics/01-first/lab.md": text, ...more });
  removals.push(made.remove);
  const found = await lintLabs({ contentDir: made.dir });
  return found.map(({ file, line, problem }) => `${file}:${line}: ${problem}`);
}

describe("lint", () => {
  it("finds nothing in a lab that is as it should be", async () => {
    expect(await findings(labText(ok))).toEqual([]);
    expect(
      await findings(labText(`${ok}\n[a](#look) [b](tab:graph) [c](/labs/first) [d](https://istio.io)`)),
    ).toEqual([]);
  });

  it.each([
    {
      name: "a dead link to a step",
      text: labText(`${ok}\n[a](#there)`),
      found: `${at}:17: the link "#there" leads to no step; the steps are look`,
    },
    {
      name: "a dead link to a lab",
      text: labText(`${ok}\n[a](/labs/second)`),
      found: `${at}:17: the link "/labs/second" leads to no lab; the labs are first`,
    },
    {
      name: "a link that only works on GitHub",
      text: labText(`${ok}\n[a](../02-second/lab.md)`),
      found: `${at}:17: the link "../02-second/lab.md" leads nowhere from a lab page; write "#step", "/labs/ID", "tab:graph" or a whole URL`,
    },
    {
      name: "an unknown tab",
      text: labText(`${ok}\n[a](tab:grpah)`),
      found: `${at}:17: "tab:grpah": there is no tab "grpah"; the tabs are terminal, graph, editor, prometheus, grafana, jaeger, kiali`,
    },
    {
      name: "an image without alternative text",
      text: labText(`${ok}\n![](a.svg)`),
      found: `${at}:17: this image has no alternative text: write ![what it shows](a.svg)`,
    },
    {
      name: "a command that nothing proves",
      text: labText("## Look\n\n```bash run\nls\n```\n"),
      found: `${at}:9: nothing says that this command did what it should: write an output block behind it, or a condition for step "look"`,
    },
    {
      name: "a condition that nothing brings about",
      text: labText("## Look\n\nHm.\n", pods),
      found: `${at}:10: step "look" has conditions, but nothing brings them about: write run blocks, or "solve: { look: [COMMAND] }"`,
    },
    {
      name: "a command before the first step",
      text: labText(`\`\`\`bash run\nls\n\`\`\`\n\n${ok}`),
      found: `${at}:7: this command stands before the first step, where nobody proves it: move it below a heading`,
    },
    {
      name: "a time that is not true",
      text: labText(`${ok}\n${"word ".repeat(3000)}`),
      found: `${at}:5: minutes: 5, but reading and running takes about 26; write what is true`,
    },
    {
      name: "a prerequisite that is not there",
      text: labText(ok, "prerequisites: [first, zeroth]\n"),
      found: `${at}:6: prerequisites: there is no lab "zeroth"; the labs are first`,
    },
  ])("finds $name", async ({ text, found }) => {
    expect(await findings(text)).toEqual([found]);
  });

  it("goes on behind a lab that cannot be read", async () => {
    const second = { "workshops/basics/02-second/lab.md": `---\nid: second\n---\n${ok}` };
    expect(await findings(labText(`${ok}\n[a](#there)`), second)).toEqual([
      "content/workshops/basics/02-second/lab.md:2: title: write a title (and 2 more)",
      `${at}:17: the link "#there" leads to no step; the steps are look`,
    ]);
  });
});
