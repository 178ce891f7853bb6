import { Button, CloseButton, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslations } from "use-intl";
import classes from "./terminal-pane.module.css";
import type { TerminalUse } from "./use-terminal.ts";

export function FindBar({ use }: { use: TerminalUse }) {
  const t = useTranslations("terminal");
  const [text, setText] = useState("");
  const [found, setFound] = useState(true);
  const find = (direction: "next" | "previous") =>
    setFound(text === "" || (use.view.current?.find(text, direction) ?? false));
  return (
    <form
      className={classes.find}
      aria-label={t("findBar.label")}
      onSubmit={(event) => {
        event.preventDefault();
        find("previous");
      }}
    >
      <TextInput
        size="xs"
        autoFocus
        aria-label={t("findBar.label")}
        placeholder={t("findBar.placeholder")}
        value={text}
        error={!found && t("findBar.notFound")}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Escape") use.setSearching(false);
        }}
      />
      <Button size="compact-xs" variant="default" type="submit">
        {t("findBar.previous")}
      </Button>
      <Button size="compact-xs" variant="default" onClick={() => find("next")}>
        {t("findBar.next")}
      </Button>
      <CloseButton size="sm" aria-label={t("findBar.close")} onClick={() => use.setSearching(false)} />
    </form>
  );
}
