"use client";

import { yaml } from "@codemirror/lang-yaml";
import { CodeText } from "./code-text.tsx";

// JSON is YAML; one grammar is enough for both.
const extensions = yaml();

export function JsonText(props: { text: string; label: string; className?: string | undefined }) {
  return <CodeText {...props} extensions={extensions} />;
}
