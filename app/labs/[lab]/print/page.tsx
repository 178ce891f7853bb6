import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { HastContent, LabSheet } from "../../../../components/lab/index.ts";
import { getLab } from "../../../../server/platform/labs/index.ts";
import { viewersLabs } from "../../../lab-source.ts";
import { PageTexts } from "../../../texts.tsx";

// What the lab page draws with comes along with the parts that both share.
const texts = ["help", "lab", "mesh", "palette", "panes", "talk", "terminal"] as const;

type Props = PageProps<"/labs/[lab]/print">;

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const lab = await getLab((await params).lab, await viewersLabs());
  return { title: lab ? `${lab.summary.title}, all steps` : "No such lab" };
}

/** The whole lab on paper: text and commands, nothing that only a screen can do. */
export default async function PrintPage({ params }: Props) {
  const lab = await getLab((await params).lab, await viewersLabs());
  if (!lab) notFound();
  return (
    <PageTexts of={texts}>
      <LabSheet
        summary={lab.summary}
        language={lab.language}
        intro={<HastContent node={lab.intro} />}
        steps={lab.steps.map((step) => ({ ...step, body: <HastContent node={step.body} /> }))}
      />
    </PageTexts>
  );
}
