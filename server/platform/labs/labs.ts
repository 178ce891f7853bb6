import { join } from "node:path";
import type { LabSummary, LabView } from "../../contracts/index.ts";
import { stateOf } from "./content-state.ts";
import { openHighlight } from "./highlight.ts";
import { type ReadOptions, readLabs, translatedInto } from "./library.ts";
import { type LintFinding, lintContent } from "./lint.ts";
import type { LabDefinition, ParsedLab } from "./parse-lab.ts";
import { type LabProof, labProof } from "./proof.ts";
import { createRender } from "./render.ts";
import { DEFAULT_ISTIO_VERSION } from "./versions.ts";

export interface LabsOptions {
  /** Folder that holds `workshops/`; by default `content` in the folder the process was started in. */
  readonly contentDir?: string;
  /** The learner's release: `:::version` blocks for others are left out. By default 1.21.6. */
  readonly istioVersion?: string;
  /** The learner's language, e.g. "de"; a lab that is not translated comes in its own. */
  readonly language?: string | undefined;
  /** A translation that is not one of its lab is refused, as authors want it; learners read the lab itself instead. */
  readonly strict?: boolean;
}

/** All labs in teaching order. Throws LabError when one is not well written. */
export async function listLabs(options: LabsOptions = {}): Promise<LabSummary[]> {
  return (await readLabs(readOptions(options))).map((lab) => lab.definition.summary);
}

/** A lab as a page shows it; undefined: there is none of that id. */
export async function getLab(id: string, options: LabsOptions = {}): Promise<LabView | undefined> {
  const lab = await findLab(id, options);
  if (!lab) return undefined;
  const render = createRender(await openHighlight());
  const { definition, markdown } = lab;
  return {
    summary: definition.summary,
    language: lab.language,
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

/** A lab as those read it who prove that it is true; undefined: there is none of that id. */
export async function loadLabProof(id: string, options: LabsOptions = {}): Promise<LabProof | undefined> {
  const lab = await findLab(id, options);
  return lab ? labProof(lab) : undefined;
}

/** What is not well written or not well thought of in the labs of a content folder, with file and line. */
export function lintLabs(options: LabsOptions = {}): Promise<LintFinding[]> {
  return lintContent(readOptions(options));
}

/** The languages that some lab of a content folder is translated into. */
export function labLanguages(options: LabsOptions = {}): Promise<string[]> {
  return translatedInto(readOptions(options).contentDir);
}

/** A word that changes whenever something in the content folder does. */
export function contentState(options: LabsOptions = {}): Promise<string> {
  return stateOf(readOptions(options).contentDir);
}

async function findLab(id: string, options: LabsOptions): Promise<ParsedLab | undefined> {
  const read = readOptions(options);
  const isIt = (lab: ParsedLab) => lab.definition.summary.id === id;
  return (await readLabs({ ...read, only: id })).find(isIt) ?? (await readLabs(read)).find(isIt);
}

function readOptions(options: LabsOptions): ReadOptions {
  const { contentDir, istioVersion = DEFAULT_ISTIO_VERSION, language, strict } = options;
  return {
    language,
    // Lint tells of it; a learner is better served with another language than with nothing.
    ...(!strict && { onTranslationFault: () => undefined }),
    contentDir: contentDir ?? process.env.MESHWORK_CONTENT_DIR ?? join(process.cwd(), "content"),
    istioVersion,
  };
}
