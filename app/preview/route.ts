import { contentState } from "../../server/platform/labs/index.ts";
import { viewersLabs } from "../lab-source.ts";

export const dynamic = "force-dynamic";

/** What the labs on the disk are now, for a page that an author has open. Only of a server that was started for previewing. */
export async function GET(): Promise<Response> {
  if (process.env.MESHWORK_PREVIEW !== "1") return new Response("Not found\n", { status: 404 });
  return new Response(await contentState(await viewersLabs()));
}
