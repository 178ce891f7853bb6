"use client";

import type { ReactNode } from "react";
import { useTranslations } from "use-intl";
import { ScrollRegion } from "../ui/index.ts";

/** Scrolls by itself and can be reached by keyboard. */
export function WideTable({ children }: { children: ReactNode }) {
  const t = useTranslations("lab");
  return (
    <ScrollRegion label={t("table")} className="lab-table">
      <table>{children}</table>
    </ScrollRegion>
  );
}
