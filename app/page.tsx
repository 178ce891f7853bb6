import { Overview } from "../components/overview/index.ts";
import { listLabs } from "../server/platform/labs/index.ts";
import { viewersLabs } from "./lab-source.ts";
import { labTimes } from "./lab-times.ts";
import { PageTexts } from "./texts.tsx";

export default async function HomePage() {
  return (
    <PageTexts of={["overview"]}>
      <Overview labs={await listLabs(await viewersLabs())} times={await labTimes()} />
    </PageTexts>
  );
}
