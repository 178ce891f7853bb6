import type { ReactNode } from "react";
import { createTranslator } from "use-intl/core";
import { TextsProvider } from "../components/ui/index.ts";
import { viewersLanguage } from "./language.ts";
import { type Namespace, parsedMessages } from "./messages.ts";

/** What every page has: its frame, and what is shown in place of a page. */
export const everywhere: readonly Namespace[] = ["shell", "faults"];

/** Gives the components below the texts they need and no others; messages.test.ts holds each page to that. */
export async function PageTexts({ of, children }: { of: readonly Namespace[]; children: ReactNode }) {
  const language = await viewersLanguage();
  return (
    <TextsProvider language={language} messages={parsedMessages(language, [...everywhere, ...of])}>
      {children}
    </TextsProvider>
  );
}

/** For what a server component says itself: a page's title. */
export async function pageTexts<Name extends Namespace>(namespace: Name) {
  const locale = await viewersLanguage();
  const messages = parsedMessages(locale, [namespace]);
  return createTranslator({ locale, messages, namespace });
}
