import { afterEach, describe, expect, it } from "vitest";
import { isLabError } from "./lab-error.ts";
import { getLab, loadLab } from "./labs.ts";
import { contentFolder, labText } from "./testing/content-folder.ts";
import { hastText } from "./testing/hast-text.ts";
import { matchesVersion } from "./versions.ts";

const removals: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const remove of removals.splice(0)) await remove();
});

async function contentOf(body: string): Promise<string> {
  const made = await contentFolder({ "workshops/basics/01-first/lab.md": labText(`## Step\n\n${body}`) });
  removals.push(made.remove);
  return made.dir;
}

describe("version blocks", () => {
  const where = { file: "lab.md", line: 3 };
  it.each([
    [">=1.24", "1.24.0", true],
    [">=1.24", "1.23.9", false],
    ["<1.24", "1.21.6", true],
    ["<1.24", "1.29.6", false],
    [">=1.22 <1.24", "1.23.1", true],
    [">=1.22 <1.24", "1.24.1", false],
    [">=1.9", "1.21.6", true],
  ])("%s holds for %s: %s", (wanted, version, holds) => {
    expect(matchesVersion(wanted, version, where)).toBe(holds);
  });

  it("leave in what holds for the learner's release, boxes and commands included", async () => {
    const contentDir = await contentOf(
      "Always.\n\n:::version <1.24\n```bash run\nold\n```\n:::\n\n::::version >=1.24\n:::note\nNew.\n:::\n```bash run\nnew {{ istioVersion }}\n```\n::::\n",
    );
    const commands = async (istioVersion: string) =>
      (await loadLab("first", { contentDir, istioVersion }))?.steps[0]?.solve;
    expect(await commands("1.21.6")).toEqual(["old"]);
    expect(await commands("1.29.6")).toEqual(["new 1.29.6"]);
    const text = async (istioVersion?: string) => {
      const lab = await getLab("first", { contentDir, ...(istioVersion && { istioVersion }) });
      return lab?.steps[0] ? hastText(lab.steps[0].body).replaceAll(/<[^>]*>/g, "") : "";
    };
    expect((await text("1.29.6")).split(/\s+/).join(" ").trim()).toBe("Always. New. new 1.29.6");
    expect((await text()).split(/\s+/).join(" ").trim()).toBe("Always. old");
  });

  it("that are not understood are refused by line", async () => {
    const contentDir = await contentOf(":::version 1.24+\nx\n:::");
    const error: unknown = await loadLab("first", { contentDir }).catch((reason: unknown) => reason);
    expect(isLabError(error) && error.message).toBe(
      'content/workshops/basics/01-first/lab.md:9: ":::version 1.24+" is not understood; write ":::version >=1.24"',
    );
  });
});
