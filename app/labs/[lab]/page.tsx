import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { HastContent, Workbench } from "../../../components/lab/index.ts";
import { getLab, listLabs } from "../../../server/platform/labs/index.ts";
import { viewersLabs } from "../../lab-source.ts";

type Props = PageProps<"/labs/[lab]">;

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const lab = await getLab((await params).lab, await viewersLabs());
  return { title: lab?.summary.title ?? "No such lab" };
}

export default async function LabPage({ params }: Props) {
  const options = await viewersLabs();
  const lab = await getLab((await params).lab, options);
  if (!lab) notFound();
  const labs = await listLabs(options);
  return (
    <Workbench
      summary={lab.summary}
      labs={labs}
      intro={<HastContent node={lab.intro} />}
      steps={lab.steps.map((step) => ({ ...step, body: <HastContent node={step.body} /> }))}
    />
  );
}
