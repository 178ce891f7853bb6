import type { IncomingMessage } from "node:http";
import { createTranslator } from "use-intl/core";
import de from "../../../messages/de.json";
import en from "../../../messages/en.json";
import { chooseLanguage, LANGUAGE_COOKIE, type Language } from "../../contracts/plain/index.ts";
import { readCookie } from "./cookies.ts";

const messages: Readonly<Record<Language, typeof en>> = { en, de };

/** What pages for strangers say, in the language of who asks. */
export interface Door {
  readonly language: Language;
  readonly t: DoorTexts;
}
export type DoorTexts = ReturnType<typeof textsIn>;

export function doorFor({ headers }: Pick<IncomingMessage, "headers">): Door {
  const language = chooseLanguage({
    chosen: readCookie(headers.cookie, LANGUAGE_COOKIE),
    accepted: headers["accept-language"],
  });
  return { language, t: textsIn(language) };
}

function textsIn(locale: Language) {
  return createTranslator<typeof en, "door">({ locale, messages: messages[locale], namespace: "door" });
}

/** A text of ours as a script within a page has it. */
export const scriptText = (text: string): string => JSON.stringify(text).replaceAll("<", "\\u003c");
