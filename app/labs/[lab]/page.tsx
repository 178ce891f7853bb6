import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { HastContent, LabFault, PreviewRefresh, Workbench } from "../../../components/lab/index.ts";
import { getLab, isLabError, listLabs } from "../../../server/platform/labs/index.ts";
import { previewing, viewersLabs } from "../../lab-source.ts";
import { labTimes } from "../../lab-times.ts";
import { PageTexts } from "../../texts.tsx";

const texts = ["help", "lab", "mesh", "palette", "panes", "talk", "terminal"] as const;

type Props = PageProps<"/labs/[lab]">;

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const lab = await getLab((await params).lab, await viewersLabs()).catch(faultInPreview);
  return { title: typeof lab === "string" ? "Preview" : (lab?.summary.title ?? "No such lab") };
}

export default async function LabPage({ params }: Props) {
  const options = await viewersLabs();
  const lab = await getLab((await params).lab, options).catch(faultInPreview);
  const labs = await listLabs(options).catch(faultInPreview);
  if (typeof lab === "string" || typeof labs === "string")
    return (
      <PageTexts of={texts}>
        <LabFault message={typeof lab === "string" ? lab : String(labs)} />
        <PreviewRefresh />
      </PageTexts>
    );
  if (!lab) notFound();
  return (
    <PageTexts of={texts}>
      <Workbench
        summary={lab.summary}
        language={lab.language}
        time={(await labTimes())[lab.summary.id]}
        labs={labs}
        intro={<HastContent node={lab.intro} />}
        steps={lab.steps.map((step) => ({ ...step, body: <HastContent node={step.body} /> }))}
      />
      {previewing() ? <PreviewRefresh /> : null}
    </PageTexts>
  );
}

/** Learners are not told where files lie; whoever writes them is. */
function faultInPreview(error: unknown): string {
  if (previewing() && isLabError(error)) return error.message;
  throw error;
}
