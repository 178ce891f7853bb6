"use client";

import { useTranslations } from "use-intl";
import type { LabTime } from "../../server/contracts/index.ts";
import { labTimeWords, shortLabTime } from "./lab-time.ts";

type Words = (estimate: number, measured: LabTime | undefined) => string;

export function useLabTimes(): { readonly whole: Words; readonly short: Words } {
  const t = useTranslations("shell");
  return {
    whole: (estimate, measured) => labTimeWords(t, estimate, measured),
    short: (estimate, measured) => shortLabTime(t, estimate, measured),
  };
}
