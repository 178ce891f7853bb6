import { join } from "node:path";
import type { LabSummary, LabView } from "../../contracts/index.ts";
import { type RunBlock, runBlocks } from "./blocks.ts";
import { openHighlight } from "./highlight.ts";
import { readLabs } from "./library.ts";
import type { LabDefinition, ParsedLab } from "./parse-lab.ts";
import { createRender } from "./render.ts";

export interface LabsOptions {
  /** Folder that holds `workshops/`; by default `content` in the folder the process was started in. */
  readonly contentDir?: string;
}

/** All labs in teaching order. Throws LabError when one is not well written. */
export async function listLabs(options: LabsOptions = {}): Promise<LabSummary[]> {
  return (await readLabs(contentDir(options))).map((lab) => lab.definition.summary);
}

/** A lab as a page shows it; undefined: there is none of that id. */
export async function getLab(id: string, options: LabsOptions = {}): Promise<LabView | undefined> {
  const lab = await findLab(id, options);
  if (!lab) return undefined;
  const render = createRender(await openHighlight());
  const { definition, markdown } = lab;
  return {
    summary: definition.summary,
    intro: await render(markdown.intro),
    steps: await Promise.all(
      markdown.steps.map(async (step, index) => ({
        id: step.id,
        title: step.title,
        body: await render(step.content),
        conditions: (definition.steps[index]?.conditions ?? []).map(({ id, title }) => ({ id, title })),
      })),
    ),
  };
}

/** A lab as the workspace host runs it: preparation, conditions, solutions, files. */
export async function loadLab(id: string, options: LabsOptions = {}): Promise<LabDefinition | undefined> {
  return (await findLab(id, options))?.definition;
}

/** What a learner runs in each step and what the page says it prints, for those who prove a lab. */
export async function loadRunBlocks(
  id: string,
  options: LabsOptions = {},
): Promise<ReadonlyMap<string, readonly RunBlock[]>> {
  const steps = (await findLab(id, options))?.markdown.steps ?? [];
  return new Map(steps.map((step) => [step.id, runBlocks(step.content)]));
}

async function findLab(id: string, options: LabsOptions): Promise<ParsedLab | undefined> {
  return (await readLabs(contentDir(options))).find((lab) => lab.definition.summary.id === id);
}

function contentDir(options: LabsOptions): string {
  return options.contentDir ?? process.env.MESHWORK_CONTENT_DIR ?? join(process.cwd(), "content");
}
