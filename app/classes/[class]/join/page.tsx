import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { JoinPage } from "../../../../components/classroom/index.ts";
import { taughtClass } from "../../../lab-source.ts";
import { PageTexts } from "../../../texts.tsx";

export const metadata: Metadata = { title: "Join the class" };

// The code itself is asked for by the page, where it is judged who asks.
export default async function Page({ params }: PageProps<"/classes/[class]/join">) {
  const classroom = await taughtClass((await params).class);
  if (!classroom) notFound();
  return (
    <PageTexts of={["talk", "terminal"]}>
      <JoinPage id={classroom.id} name={classroom.name} />
    </PageTexts>
  );
}
