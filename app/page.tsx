import { Overview } from "../components/overview/index.ts";
import { listLabs } from "../server/platform/labs/index.ts";
import { viewersLabs } from "./lab-source.ts";

export default async function HomePage() {
  return <Overview labs={await listLabs(await viewersLabs())} />;
}
