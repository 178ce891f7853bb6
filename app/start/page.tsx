import type { Metadata } from "next";
import { StartPage } from "../../components/start/index.ts";

export const metadata: Metadata = { title: "Start", referrer: "no-referrer" };

export default function Start() {
  return <StartPage />;
}
