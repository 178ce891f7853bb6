import { Overview } from "../components/overview/index.ts";
import { listLabs } from "../server/platform/labs/index.ts";

export default async function HomePage() {
  return <Overview labs={await listLabs()} />;
}
