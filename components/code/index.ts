export { CodeText } from "./code-text.tsx";
export { type CodeOptions, type CodeView, createCodeView } from "./code-view.ts";
export { type DiffLine, diffLines, unifiedLines } from "./diff.ts";
export { DiffText } from "./diff-text.tsx";
export { JsonText } from "./json-text.tsx";
export { YamlText } from "./yaml-text.tsx";
