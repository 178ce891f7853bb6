import type { Metadata } from "next";
import { Board, ClassList } from "../../components/classroom/index.ts";
import { WeakIsolationBanner } from "../../components/ui/index.ts";
import { listLabs } from "../../server/platform/labs/index.ts";
import { PageTexts } from "../texts.tsx";

const texts = ["talk", "terminal"] as const;

export const metadata: Metadata = { title: "The class" };

// Who may see a class is decided where the rows are: by the server, when the page subscribes.
export default async function InstructorPage() {
  if (process.env.MESHWORK_MODE !== "class")
    return (
      <PageTexts of={texts}>
        <Board labs={await listLabs()} />
      </PageTexts>
    );
  return (
    <PageTexts of={texts}>
      <WeakIsolationBanner level={process.env.MESHWORK_ISOLATION_LEVEL} />
      <ClassList />
    </PageTexts>
  );
}
