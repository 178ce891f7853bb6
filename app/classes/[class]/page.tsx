import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { ClassPage } from "../../../components/classroom/index.ts";
import { WeakIsolationBanner } from "../../../components/ui/index.ts";
import { listLabs } from "../../../server/platform/labs/index.ts";
import { classLabs, taughtClass } from "../../lab-source.ts";
import { PageTexts } from "../../texts.tsx";

type Props = PageProps<"/classes/[class]">;

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const classroom = await taughtClass((await params).class);
  return { title: classroom?.name ?? "No such class" };
}

// The rows are asked for over the socket, where each question is judged anew.
export default async function Page({ params }: Props) {
  const classroom = await taughtClass((await params).class);
  if (!classroom) notFound();
  const labs = await listLabs(classLabs(classroom));
  return (
    <PageTexts of={["talk", "terminal"]}>
      <WeakIsolationBanner level={process.env.MESHWORK_ISOLATION_LEVEL} />
      <ClassPage id={classroom.id} labs={labs.filter(({ workshop }) => workshop === classroom.workshop)} />
    </PageTexts>
  );
}
