import type { Metadata } from "next";
import { PreflightPage } from "../../components/classroom/index.ts";
import { PageTexts } from "../texts.tsx";

export const metadata: Metadata = { title: "Try your browser" };

export default function Page() {
  return (
    <PageTexts of={["talk", "terminal"]}>
      <PreflightPage />
    </PageTexts>
  );
}
