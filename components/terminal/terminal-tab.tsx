import { useState } from "react";
import { useTranslations } from "use-intl";
import { maxLabel } from "./deck-state.ts";
import classes from "./terminal-pane.module.css";

interface Props {
  readonly name: string;
  readonly label: string;
  /** Typed into, and what run buttons aim at. */
  readonly active: boolean;
  /** The other one of a split. */
  readonly beside: boolean;
  onSelect(): void;
  onRename(label: string): void;
}

/** A terminal's tab. F2 or a double click gives it a name. */
export function TerminalTab({ name, label, active, beside, onSelect, onRename }: Props) {
  const t = useTranslations("terminal");
  const [draft, setDraft] = useState<string>();
  if (draft !== undefined) {
    const end = (text: string | undefined) => {
      setDraft(undefined);
      if (text !== undefined) onRename(text);
    };
    return (
      <input
        className={classes.rename}
        aria-label={t("nameOf", { name: label })}
        value={draft}
        maxLength={maxLabel}
        size={Math.max(8, draft.length)}
        // biome-ignore lint/a11y/noAutofocus: the learner has just asked to type here.
        autoFocus
        onFocus={(event) => event.currentTarget.select()}
        onChange={(event) => setDraft(event.currentTarget.value)}
        onBlur={() => end(draft)}
        onKeyDown={(event) => {
          event.stopPropagation();
          if (event.key === "Enter") end(draft);
          if (event.key === "Escape") end(undefined);
        }}
      />
    );
  }
  return (
    <button
      type="button"
      role="tab"
      id={`terminal-tab-${name}`}
      className={classes.tab}
      aria-selected={active}
      aria-controls={`terminal-panel-${name}`}
      data-beside={beside}
      tabIndex={active ? 0 : -1}
      title={t("tabTip")}
      onClick={onSelect}
      onDoubleClick={() => setDraft(label)}
      onKeyDown={(event) => {
        if (event.key !== "F2") return;
        event.preventDefault();
        setDraft(label);
      }}
    >
      {label}
    </button>
  );
}
