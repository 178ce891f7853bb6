import { type Diagnostic, linter } from "@codemirror/lint";
import type { Extension } from "@codemirror/state";
import { loadAll, YAMLException } from "js-yaml";

/** Marks where the text stops being YAML. What Kubernetes thinks of it, only the server knows. */
export const yamlMistakes: Extension = linter(
  (view): Diagnostic[] => {
    const text = view.state.doc.toString();
    try {
      loadAll(text);
      return [];
    } catch (error) {
      if (!(error instanceof YAMLException)) throw error;
      const at = Math.min(text.length, error.mark?.position ?? 0);
      const line = view.state.doc.lineAt(at);
      return [
        {
          from: Math.min(at, line.from),
          to: Math.max(line.to, at),
          severity: "error",
          message: error.reason,
        },
      ];
    }
  },
  { delay: 500 },
);
