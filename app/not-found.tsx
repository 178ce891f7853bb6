import Link from "next/link";
import { AppHeader, HelpPage } from "../components/ui/index.ts";

export default function NotFound() {
  return (
    <>
      <AppHeader />
      <HelpPage title="There is no such page">
        <p>
          The address may be mistyped, or the lab was renamed. Your progress and your workspace are untouched.
        </p>
        <Link href="/">See all labs</Link>
      </HelpPage>
    </>
  );
}
