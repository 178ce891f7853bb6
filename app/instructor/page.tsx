import type { Metadata } from "next";
import { Board } from "../../components/classroom/index.ts";
import { listLabs } from "../../server/platform/labs/index.ts";

export const metadata: Metadata = { title: "The class" };

// Who may see the class is decided where the rows are: by the server, when the page subscribes.
export default async function InstructorPage() {
  return <Board labs={await listLabs()} />;
}
