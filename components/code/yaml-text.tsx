"use client";

import { yaml } from "@codemirror/lang-yaml";
import { CodeText } from "./code-text.tsx";

const extensions = yaml();

export function YamlText(props: { text: string; label: string; className?: string | undefined }) {
  return <CodeText {...props} extensions={extensions} />;
}
