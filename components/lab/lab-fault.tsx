"use client";

import { useTranslations } from "use-intl";
import { AppHeader, EmptyState } from "../ui/index.ts";

/** In a preview: why a lab cannot be shown, with file and line. The page shows the lab as soon as it is mended. */
export function LabFault({ message }: { message: string }) {
  const t = useTranslations("lab");
  return (
    <>
      <AppHeader />
      <main id="content" data-test="lab-fault">
        <EmptyState title={t("fault")}>{message}</EmptyState>
      </main>
    </>
  );
}
