import type { ClassMessage } from "../../server/contracts/index.ts";
import type { Texts } from "../ui/index.ts";

/** Whose words these are, as the thread names them. */
export function headWords(t: Texts<"talk">, { kind, authorName, learner }: ClassMessage): string {
  return `${t(`head.${kind}`, { name: authorName })}${learner === undefined ? t("toAll") : ""}`;
}
