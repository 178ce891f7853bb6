// The only file that makes CodeMirror editors. Colours are the page's own variables, so both themes fit without a rebuild.
import { closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { bracketMatching, HighlightStyle, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { EditorState, type Extension } from "@codemirror/state";
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSpecialChars,
  type KeyBinding,
  keymap,
  lineNumbers,
  placeholder,
} from "@codemirror/view";
import { tags } from "@lezer/highlight";

export interface CodeOptions {
  readonly element: HTMLElement;
  readonly nonce: string | undefined;
  readonly text: string;
  /** Read by screen readers. */
  readonly label: string;
  readonly extensions: Extension;
  /** A field of a few lines without numbers, or a whole file. */
  readonly form: "field" | "file";
  readonly readOnly?: boolean | undefined;
  readonly placeholder?: string | undefined;
  /** Come before the usual ones. */
  readonly keys?: readonly KeyBinding[] | undefined;
  onChange?(text: string): void;
}

export interface CodeView {
  readonly view: EditorView;
  text(): string;
  setText(text: string): void;
  focus(): void;
  /** Brings a line (from 1) into the middle and puts the cursor there. */
  showLine(line: number): void;
  dispose(): void;
}

const look = EditorView.theme({
  "&": { height: "100%", fontSize: "13px", color: "var(--mw-text)", backgroundColor: "var(--mw-terminal)" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--mantine-font-family-monospace)", lineHeight: "1.5" },
  // A browser may leave the colour of replaced text on the line itself; the editor keeps the line.
  ".cm-line": { color: "inherit !important" },
  ".cm-content": { caretColor: "var(--mw-accent)", padding: "6px 0" },
  ".cm-cursor": { borderLeftColor: "var(--mw-accent)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "color-mix(in srgb, var(--mw-accent) 26%, transparent)",
  },
  ".cm-gutters": {
    color: "var(--mw-dim)",
    backgroundColor: "var(--mw-terminal)",
    borderRight: "1px solid var(--mw-border)",
  },
  ".cm-activeLine, .cm-activeLineGutter": {
    backgroundColor: "color-mix(in srgb, var(--mw-accent) 7%, transparent)",
  },
  ".cm-selectionMatch": { backgroundColor: "color-mix(in srgb, var(--mw-mixed-line) 25%, transparent)" },
  ".cm-matchingBracket, &.cm-focused .cm-matchingBracket": {
    backgroundColor: "color-mix(in srgb, var(--mw-mtls-line) 30%, transparent)",
    outline: "none",
  },
  ".cm-placeholder": { color: "var(--mw-dim)" },
  ".cm-panels": { color: "var(--mw-text)", backgroundColor: "var(--mw-raised)" },
  ".cm-panels.cm-panels-bottom": { borderTop: "1px solid var(--mw-border)" },
  ".cm-textfield, .cm-button": {
    color: "var(--mw-text)",
    background: "var(--mw-panel)",
    border: "1px solid var(--mw-border-strong)",
    borderRadius: "6px",
  },
  ".cm-tooltip": {
    color: "var(--mw-text)",
    backgroundColor: "var(--mw-panel)",
    border: "1px solid var(--mw-border)",
    borderRadius: "8px",
    boxShadow: "var(--mw-shadow)",
    overflow: "hidden",
  },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": {
    fontFamily: "var(--mantine-font-family-monospace)",
    fontSize: "12.5px",
    maxHeight: "220px",
  },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: "2px 10px" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": {
    color: "var(--mw-text)",
    backgroundColor: "var(--mw-accent-tint)",
  },
  ".cm-completionMatchedText": { textDecoration: "none", fontWeight: "700", color: "var(--mw-accent)" },
  ".cm-completionDetail": { color: "var(--mw-dim)", fontStyle: "normal" },
  ".cm-completionInfo": { padding: "6px 10px", maxWidth: "340px", fontSize: "12.5px", lineHeight: "1.45" },
  ".cm-field-hover": { padding: "6px 10px", maxWidth: "420px", fontSize: "12.5px", lineHeight: "1.45" },
  ".cm-field-hover p": { margin: "4px 0 0", color: "var(--mw-dim)" },
  ".cm-diagnostic-warning": { borderLeftColor: "var(--mw-mixed-line)" },
  ".cm-diagnostic-error": { borderLeftColor: "var(--mw-plaintext-line)" },
});

const highlights = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.modifier], color: "var(--mw-code-keyword)" },
  {
    tag: [tags.propertyName, tags.definition(tags.propertyName), tags.labelName],
    color: "var(--mw-code-key)",
  },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--mw-code-string)" },
  { tag: [tags.number, tags.bool, tags.null, tags.atom], color: "var(--mw-code-number)" },
  { tag: [tags.function(tags.variableName), tags.typeName], color: "var(--mw-code-keyword)" },
  { tag: [tags.comment, tags.meta], color: "var(--mw-dim)", fontStyle: "italic" },
  { tag: tags.invalid, color: "var(--mw-plaintext)" },
]);

export function createCodeView(options: CodeOptions): CodeView {
  const file = options.form === "file";
  // While the text is replaced from outside, nobody has typed.
  let replacing = false;
  const view = new EditorView({
    parent: options.element,
    state: EditorState.create({
      doc: options.text,
      extensions: [
        options.nonce === undefined ? [] : EditorView.cspNonce.of(options.nonce),
        keymap.of([...(options.keys ?? [])]),
        options.extensions,
        file
          ? [lineNumbers(), highlightActiveLine(), highlightActiveLineGutter(), search()]
          : EditorView.lineWrapping,
        highlightSpecialChars(),
        history(),
        drawSelection(),
        bracketMatching(),
        closeBrackets(),
        highlightSelectionMatches(),
        indentUnit.of("  "),
        options.placeholder === undefined ? [] : placeholder(options.placeholder),
        options.readOnly === true ? [EditorState.readOnly.of(true)] : [],
        keymap.of([
          ...completionKeymap,
          ...closeBracketsKeymap,
          ...searchKeymap,
          ...historyKeymap,
          ...defaultKeymap,
          // Escape, then Tab leaves the field: CodeMirror's own way out for the keyboard.
          ...(file && options.readOnly !== true ? [indentWithTab] : []),
        ]),
        look,
        syntaxHighlighting(highlights),
        EditorView.contentAttributes.of({
          "aria-label": options.label,
          "aria-multiline": "true",
          tabindex: "0",
        }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged && !replacing) options.onChange?.(update.state.doc.toString());
        }),
      ],
    }),
  });
  return {
    view,
    text: () => view.state.doc.toString(),
    setText: (text) => {
      if (text === view.state.doc.toString()) return;
      replacing = true;
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
      replacing = false;
    },
    focus: () => view.focus(),
    showLine(line) {
      const { doc } = view.state;
      const { from } = doc.line(Math.max(1, Math.min(line, doc.lines)));
      view.dispatch({
        selection: { anchor: from },
        effects: EditorView.scrollIntoView(from, { y: "center" }),
      });
      view.focus();
    },
    dispose: () => view.destroy(),
  };
}
