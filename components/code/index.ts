export { CodeText } from "./code-text.tsx";
export { type CodeOptions, type CodeView, createCodeView } from "./code-view.ts";
export { YamlText } from "./yaml-text.tsx";
