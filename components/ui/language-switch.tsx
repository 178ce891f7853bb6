"use client";

import { ActionIcon, Tooltip } from "@mantine/core";
import { useLocale } from "use-intl";
import { languageNames, languages } from "../../server/contracts/plain/index.ts";
import classes from "./app-header.module.css";
import { useChooseLanguage } from "./texts.tsx";

/** Goes on to the next language, named in itself: who needs the button may not read this page's. */
export function LanguageSwitch() {
  const current = useLocale();
  const choose = useChooseLanguage();
  const next = languages[(languages.indexOf(current) + 1) % languages.length] ?? languages[0];
  return (
    <Tooltip label={languageNames[next]}>
      <ActionIcon
        variant="subtle"
        color="gray"
        size={32}
        lang={next}
        aria-label={languageNames[next]}
        data-test="language-switch"
        onClick={() => choose(next)}
      >
        <span className={classes.language} aria-hidden>
          {next.toUpperCase()}
        </span>
      </ActionIcon>
    </Tooltip>
  );
}
