"use client";

import { useTranslations } from "use-intl";
import { relativeTime } from "./relative-time.ts";

export function useRelativeTime(): (at: number, now: number) => string {
  const t = useTranslations("shell");
  return (at, now) => relativeTime(t, at, now);
}
