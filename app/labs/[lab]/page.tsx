import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { HastContent, Workbench } from "../../../components/lab/index.ts";
import { getLab, listLabs } from "../../../server/platform/labs/index.ts";

type Props = PageProps<"/labs/[lab]">;

/** Set by the server that made these pages run; the text may differ between releases. */
const options = () => {
  const istioVersion = process.env.MESHWORK_ISTIO_VERSION;
  return istioVersion ? { istioVersion } : {};
};

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const lab = await getLab((await params).lab, options());
  return { title: lab?.summary.title ?? "No such lab" };
}

export default async function LabPage({ params }: Props) {
  const lab = await getLab((await params).lab, options());
  if (!lab) notFound();
  const labs = await listLabs(options());
  return (
    <Workbench
      summary={lab.summary}
      labs={labs}
      intro={<HastContent node={lab.intro} />}
      steps={lab.steps.map((step) => ({ ...step, body: <HastContent node={step.body} /> }))}
    />
  );
}
