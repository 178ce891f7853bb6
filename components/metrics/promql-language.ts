import {
  autocompletion,
  type Completion,
  type CompletionContext,
  type CompletionResult,
} from "@codemirror/autocomplete";
import { LanguageSupport, LRLanguage, syntaxTree } from "@codemirror/language";
import { type Diagnostic, linter } from "@codemirror/lint";
import type { Extension } from "@codemirror/state";
import { styleTags, tags } from "@lezer/highlight";
import { parser } from "@prometheus-io/lezer-promql";
import type { MetricsNames } from "../../server/contracts/index.ts";
import { completionPlace } from "./completion-place.ts";
import { aggregations, durations, functions, modifiers } from "./promql-words.ts";

/** What the cluster's own Prometheus knows. Both answer with nothing when it cannot be asked. */
export interface PromqlKnowledge {
  names(): Promise<MetricsNames>;
  values(label: string, metric: string | undefined): Promise<readonly string[]>;
}

const language = LRLanguage.define({
  name: "promql",
  parser: parser.configure({
    props: [
      styleTags({
        LineComment: tags.comment,
        LabelName: tags.labelName,
        StringLiteral: tags.string,
        "NumberDurationLiteral NumberDurationLiteralInDurationContext": tags.number,
        Identifier: tags.variableName,
        "FunctionIdentifier/...": tags.function(tags.variableName),
        "AggregateOp/...": tags.keyword,
        "By Without Bool On Ignoring GroupLeft GroupRight Offset And Or Unless Start End": tags.modifier,
      }),
    ],
  }),
  languageData: { closeBrackets: { brackets: ["(", "[", "{", '"'] }, commentTokens: { line: "#" } },
});

const option = (label: string, type: string, detail?: string): Completion => ({
  ...{ label, type },
  ...(detail === undefined ? {} : { detail }),
});
const words: readonly Completion[] = [
  ...aggregations.map((word) => option(word, "keyword", "aggregation")),
  ...Object.entries(functions).map(([word, detail]) => option(word, "function", detail)),
  ...modifiers.map((word) => option(word, "keyword")),
];

async function complete(
  context: CompletionContext,
  known: PromqlKnowledge,
): Promise<CompletionResult | null> {
  const place = completionPlace(context.state.doc.toString(), context.pos);
  const from = place.kind === "none" ? context.pos : place.from;
  if (from === context.pos && !context.explicit && (place.kind === "expression" || place.kind === "duration"))
    return null;
  switch (place.kind) {
    case "none":
      return null;
    case "duration":
      return { from, options: durations.map((word) => option(word, "constant")), validFor: /^\w*$/ };
    case "label": {
      const { labels } = await known.names();
      return {
        from,
        options: labels.filter((label) => label !== "__name__").map((label) => option(label, "property")),
        validFor: /^\w*$/,
      };
    }
    case "value": {
      const values = await known.values(place.label, place.metric);
      return { from, options: values.map((value) => option(value, "text")), validFor: /^[^"]*$/ };
    }
    case "expression": {
      const { metrics } = await known.names();
      return {
        from,
        options: [...metrics.map((metric) => option(metric, "variable", "metric")), ...words],
        validFor: /^[\w:]*$/,
      };
    }
  }
}

/** Where the grammar did not know how to go on. The server has the last word; this one comes while typing. */
const mistakes = linter(
  (view) => {
    const found: Diagnostic[] = [];
    syntaxTree(view.state).iterate({
      enter: (node) => {
        if (!node.type.isError || found.length > 0 || view.state.doc.length === 0) return;
        const to = Math.min(view.state.doc.length, Math.max(node.to, node.from + 1));
        const from = Math.min(node.from, Math.max(0, to - 1));
        found.push({ from, to, severity: "error", message: "PromQL does not go on like this here." });
      },
    });
    return found;
  },
  { delay: 600 },
);

export function promql(known: PromqlKnowledge): Extension {
  return [
    new LanguageSupport(language),
    autocompletion({
      override: [(context) => complete(context, known)],
      icons: false,
      maxRenderedOptions: 80,
    }),
    mistakes,
  ];
}
