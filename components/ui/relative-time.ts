import type { Texts } from "./texts.tsx";

/** "just now", "40 s ago", "5 min ago", "2 h ago"; a clock that runs behind the server's still reads "just now". */
export function relativeTime(t: Texts<"shell">, at: number, now: number): string {
  const seconds = Math.floor((now - at) / 1000);
  if (seconds < 5) return t("ago.now");
  if (seconds < 60) return t("ago.seconds", { count: seconds });
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return t("ago.minutes", { count: minutes });
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? t("ago.hours", { count: hours }) : t("ago.days", { count: Math.floor(hours / 24) });
}
