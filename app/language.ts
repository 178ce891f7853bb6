import { cookies, headers } from "next/headers";
import { cache } from "react";
import { languageTag } from "../server/contracts/index.ts";
import { chooseLanguage, LANGUAGE_COOKIE, type Language } from "../server/contracts/plain/index.ts";
import { currentViewer } from "../server/platform/auth/index.ts";
import { type ClassroomRecord, database } from "../server/platform/db/index.ts";

/** The class in which the person who asks for this page learns. */
export const viewersClass = cache(async (): Promise<ClassroomRecord | undefined> => {
  const viewer = await currentViewer(await headers());
  return viewer && (await (await database()).classes.studies(viewer.id));
});

/** As the cookie says, else as their class was opened; undefined: neither says. */
const chosenLanguage = cache(async (): Promise<string | undefined> => {
  const cookie = languageTag.safeParse((await cookies()).get(LANGUAGE_COOKIE)?.value);
  return cookie.data ?? (await viewersClass())?.language;
});

/** What the person who asks for this page reads: what was chosen, else what their browser asks for. */
export const viewersLanguage = cache(
  async (): Promise<Language> =>
    chooseLanguage({
      chosen: await chosenLanguage(),
      accepted: (await headers()).get("accept-language") ?? undefined,
    }),
);

/** Labs may have languages that pages do not. */
export const labsLanguage = async (): Promise<string> =>
  (await chosenLanguage()) ?? (await viewersLanguage());
