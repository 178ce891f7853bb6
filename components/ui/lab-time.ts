import type { LabTime } from "../../server/contracts/index.ts";
import type { Texts } from "./texts.tsx";

/** How long a lab takes: as measured here once enough have finished it, before that as its author estimates. */
export const labTimeWords = (t: Texts<"shell">, estimate: number, measured: LabTime | undefined): string =>
  measured ? t("labTime.measured", { ...measured }) : t("labTime.estimated", { minutes: estimate });

/** The same where there is little room. */
export const shortLabTime = (t: Texts<"shell">, estimate: number, measured: LabTime | undefined): string =>
  measured
    ? t("labTime.short", { minutes: measured.minutes })
    : t("labTime.shortEstimate", { minutes: estimate });
