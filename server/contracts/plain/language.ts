/** The languages that pages and labs are written in. What is not yet said in the others is said in the first. */
export const languages = ["en", "de"] as const;
export type Language = (typeof languages)[number];

/** Each in its own words, for who cannot read the others. */
export const languageNames: Readonly<Record<Language, string>> = { en: "English", de: "Deutsch" };

/** Holds what somebody chose in this browser. */
export const LANGUAGE_COOKIE = "meshwork-language";

export const isLanguage = (value: unknown): value is Language => languages.some((known) => known === value);

/** What was chosen, else what the browser asks for (RFC 9110, 12.5.4: ranges with weights), else the first. */
export function chooseLanguage(asked: {
  readonly chosen: string | undefined;
  /** The header Accept-Language. */
  readonly accepted: string | undefined;
}): Language {
  if (isLanguage(asked.chosen)) return asked.chosen;
  const wanted = (asked.accepted ?? "")
    .slice(0, 1_000)
    .split(",")
    .map((range) => {
      const [tag = "", ...parameters] = range
        .trim()
        .toLowerCase()
        .split(/\s*;\s*/);
      const weight = parameters.find((parameter) => parameter.startsWith("q="))?.slice(2);
      return { language: tag.split("-", 1)[0], weight: weight === undefined ? 1 : Number(weight) };
    })
    .filter(({ weight }) => weight > 0)
    .sort((one, other) => other.weight - one.weight);
  for (const { language } of wanted) if (isLanguage(language)) return language;
  return languages[0];
}
