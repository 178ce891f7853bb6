// The lab page: how much script a browser loads before anything is asked of it, and how long a server that was started
// before takes to its first page. Needs the built pages (npm start builds them).
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { z } from "zod";
import { median, sized, timed } from "./lib/measure.ts";
import { benchmark, root, start, stop, temporaryFolder } from "./lib/processes.ts";
import { type Figure, report } from "./lib/report.ts";
import { signIn, startWeb, type Web } from "./lib/web.ts";
import { LAB } from "./lib/workspace.ts";

const ROUNDS = sized(3, 1);
const lab = `/labs/${LAB}`;

async function page(web: Web, cookie: string): Promise<string> {
  const response = await fetch(web.origin + lab, { headers: { Cookie: cookie, Accept: "text/html" } });
  if (response.status !== 200) throw new Error(`${lab}: ${response.status}`);
  return response.text();
}

const kilobytes = (sizes: readonly number[]) => sizes.reduce((sum, size) => sum + size, 0) / 1000;

/** Scripts that the page's HTML names: loaded by every visitor, at once. */
async function scripts(web: Web, html: string): Promise<number[]> {
  const tags = html.matchAll(/<(?:script|link)[^>]+(?:src|href)="([^"]+\.js[^"]*)"[^>]*>/g);
  const urls = new Set([...tags].filter(([tag]) => !/nomodule/i.test(tag)).map(([, url]) => url));
  const sizes: number[] = [];
  for (const url of urls) {
    const response = await fetch(new URL(url ?? "", web.origin));
    sizes.push(gzipSync(await response.arrayBuffer()).length);
  }
  return sizes;
}

const manifest = z.object({ rootMainFiles: z.array(z.string()) });

/** What Next and React load on any page. */
function frameworkAlone(): number[] {
  const next = path.join(root, ".next");
  const { rootMainFiles } = manifest.parse(
    JSON.parse(readFileSync(path.join(next, "build-manifest.json"), "utf8")),
  );
  return rootMainFiles.map((file) => gzipSync(readFileSync(path.join(next, file))).length);
}

const BARE = `require("http").createServer((_, answer) => answer.end("hello"))
  .listen(0, "127.0.0.1", function () { console.log(this.address().port); });`;

async function bareServer(): Promise<number> {
  let child: ReturnType<typeof start> | undefined;
  const took = await timed(async () => {
    child = start([process.execPath, "-e", BARE]);
    const port = await new Promise<string>((resolve) =>
      child?.stdout?.once("data", (data: Buffer) => resolve(String(data).trim())),
    );
    await (await fetch(`http://127.0.0.1:${port}/`)).text();
  });
  if (child) await stop(child);
  return took / 1000;
}

await benchmark(async () => {
  if (!existsSync(path.join(root, ".next", "BUILD_ID"))) {
    const note = "the pages are not built: node scripts/build.mjs --pages";
    report("page", [{ what: "page", ours: undefined, unit: "", note }]);
    return;
  }
  const environment = { MESHWORK_DATA_DIR: temporaryFolder() };
  const first = await startWeb(environment);
  const cookie = await signIn(first);
  const html = await page(first, cookie);
  const loaded = await scripts(first, html);
  await stop(first.child);
  const starts: number[] = [];
  const bare: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    let web: Web | undefined;
    const took = await timed(async () => {
      web = await startWeb(environment);
      await page(web, await signIn(web));
    });
    starts.push(took / 1000);
    if (web) await stop(web.child);
    bare.push(await bareServer());
  }
  const figures: Figure[] = [
    {
      ...{ what: "scripts of the lab page, gzipped", ours: kilobytes(loaded), unit: "kB" },
      peer: { name: "Next and React alone", value: kilobytes(frameworkAlone()) },
      budget: { limit: 300, is: "at most" },
      note: `${loaded.length} files named in its HTML`,
    },
    {
      ...{ what: "second start → lab page", ours: median(starts), unit: "s" },
      peer: { name: "bare node:http", value: median(bare) },
      budget: { limit: 3, is: "at most" },
    },
  ];
  report(`page (medians of ${ROUNDS} starts)`, figures);
});
