import Link from "next/link";
import { AppHeader, HelpPage } from "../components/ui/index.ts";
import { pageTexts } from "./texts.tsx";

export default async function NotFound() {
  const t = await pageTexts("faults");
  return (
    <>
      <AppHeader />
      <HelpPage title={t("missing.title")}>
        <p>{t("missing.text")}</p>
        <Link href="/">{t("allLabs")}</Link>
      </HelpPage>
    </>
  );
}
