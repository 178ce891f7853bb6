"use client";

import { useRouter } from "next/navigation";
import { type ComponentProps, type ReactNode, startTransition } from "react";
import {
  IntlProvider,
  type Messages,
  type NamespaceKeys,
  type NestedKeyOf,
  type useTranslations,
} from "use-intl";
import type en from "../../messages/en.json";
import { LANGUAGE_COOKIE, type Language } from "../../server/contracts/plain/index.ts";

declare module "use-intl" {
  interface AppConfig {
    Locale: Language;
    Messages: typeof en;
  }
}

/** What says a namespace's texts, handed to plain functions; components take theirs from `useTranslations`. */
export type Texts<Namespace extends NamespaceKeys<Messages, NestedKeyOf<Messages>>> = ReturnType<
  typeof useTranslations<Namespace>
>;

interface Props {
  readonly language: Language;
  /** Parsed already; see app/texts.tsx. */
  readonly messages: ComponentProps<typeof IntlProvider>["messages"];
  readonly children: ReactNode;
}

export function TextsProvider({ language, messages, children }: Props) {
  return (
    // No message of ours holds a date; without a zone the library complains of one.
    <IntlProvider locale={language} messages={messages} timeZone="UTC">
      {children}
    </IntlProvider>
  );
}

/** Shows this page, and every later one, in another language; what it holds stays. */
export function useChooseLanguage(): (language: Language) => void {
  const router = useRouter();
  return (language) => {
    // biome-ignore lint/suspicious/noDocumentCookie: cookieStore exists in secure contexts only; a server in a local network is none.
    document.cookie = `${LANGUAGE_COOKIE}=${language}; Path=/; Max-Age=31536000; SameSite=Lax`;
    startTransition(() => router.refresh());
  };
}
