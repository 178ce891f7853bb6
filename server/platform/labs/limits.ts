/** What a content folder may hold. Beyond a limit the lab is refused with a LabError; nothing is cut off silently. */
export const limits = {
  workshops: 50,
  labsPerWorkshop: 50,
  /** A long lab is some 40 kB; a megabyte is a mistake (a pasted log, an image in base64). */
  labBytes: 512 * 1024,
  frontMatterBytes: 64 * 1024,
  /** Brackets open at once in front matter; js-yaml recurses per level. */
  yamlDepth: 20,
  /** Parsed labs that are kept, by file and release; then all are forgotten. */
  rememberedLabs: 500,
  steps: 30,
  conditionsPerStep: 12,
  breaksPerStep: 10,
  prepareCommands: 40,
  quizAnswers: 8,
  /** Blocks in lists in quotes in notes …: remark recurses per level. */
  markdownDepth: 40,
  /** Of a content folder that is previewed; changes of others are not noticed. */
  watchedFiles: 2_000,
  /** Of a diagram: what a person still takes in has a tenth of it. */
  svgElements: 1_000,
  svgDepth: 20,
  /** Longer code blocks are shown without colours. */
  highlightChars: 20_000,
  /** Coloured blocks that are kept; then all are forgotten. */
  highlightBlocks: 2_000,
} as const;
