"use client";

import { Button } from "@mantine/core";
import Link from "next/link";
import { useTranslations } from "use-intl";
import { AppHeader, HelpPage } from "../components/ui/index.ts";

export default function ErrorPage({
  error,
  reset,
}: {
  error: Error & { digest?: string };
  reset: () => void;
}) {
  const t = useTranslations("faults");
  return (
    <>
      <AppHeader />
      <HelpPage title={t("page.title")}>
        <p>
          {error.digest
            ? t.rich("page.withNumber", { digest: error.digest, code: (words) => <code>{words}</code> })
            : t("page.withTime")}
        </p>
        <Button onClick={reset} mr="md">
          {t("page.tryAgain")}
        </Button>
        <Link href="/">{t("allLabs")}</Link>
      </HelpPage>
    </>
  );
}
