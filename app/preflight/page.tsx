import type { Metadata } from "next";
import { PreflightPage } from "../../components/classroom/index.ts";

export const metadata: Metadata = { title: "Try your browser" };

export default function Page() {
  return <PreflightPage />;
}
