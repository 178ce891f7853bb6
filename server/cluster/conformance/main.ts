// npm run conformance [-- --kubeconfig FILE] [--kubectl PROGRAM] [AREA …]: the areas' checks against any cluster; without a
// kubeconfig, against a practice cluster made for it. Works in namespaces of its own, named conformance-…, and removes them.
import { homedir } from "node:os";
import { parseArgs } from "node:util";
import { systemClock } from "../base/index.ts";
import type { Area } from "./areas/area.ts";
import { areas, runCheck } from "./areas/index.ts";
import { type Tool, tool } from "./kubectl.ts";
import { bundleCluster, clusterFolder, startCluster } from "./practice-process.ts";
import { unpack } from "./unpack.ts";

const say = (line: string) => process.stdout.write(`${line}\n`);

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { kubeconfig: { type: "string" }, kubectl: { type: "string" } },
});

function chosen(): readonly Area[] {
  const unknown = positionals.find((name) => !areas.some((area) => area.name === name));
  if (unknown === undefined)
    return positionals.length > 0 ? areas.filter(({ name }) => positionals.includes(name)) : areas;
  say(`There is no area "${unknown}". There are: ${areas.map(({ name }) => name).join(", ")}`);
  process.exit(64);
}

/** A row for each check; the number of those that failed. */
async function runAll(kubectl: Tool, wanted: readonly Area[]): Promise<number> {
  const width = Math.max(...wanted.flatMap(({ checks }) => checks.map(({ title }) => title.length)));
  const run = systemClock.now().toString(36);
  let failed = 0;
  for (const { name, checks } of wanted) {
    for (const [index, check] of checks.entries()) {
      const begun = systemClock.monotonic();
      const why = await runCheck(kubectl, check, `conformance-${run}-${name}-${index + 1}`).then(
        () => undefined,
        (error: unknown) => (error instanceof Error ? error.message : String(error)),
      );
      if (why !== undefined) failed += 1;
      const took = `${((systemClock.monotonic() - begun) / 1000).toFixed(1)} s`;
      say(
        `${why === undefined ? "passed" : "FAILED"}  ${name.padEnd(10)} ${check.title.padEnd(width)} ${took.padStart(8)}`,
      );
      if (why !== undefined) say(`        ${why.trim().replaceAll("\n", "\n        ")}`);
    }
  }
  const total = wanted.reduce((sum, { checks }) => sum + checks.length, 0);
  say(`\n${total - failed} passed, ${failed} failed`);
  return failed;
}

async function main(): Promise<number> {
  const wanted = chosen();
  const program = values.kubectl ?? (await unpack(35));
  if (values.kubeconfig)
    return runAll(tool(program, { home: homedir(), kubeconfig: values.kubeconfig }), wanted);
  const folder = clusterFolder();
  const bundle = await bundleCluster();
  const cluster = await startCluster(bundle, folder);
  try {
    return await runAll(tool(program, folder), wanted);
  } finally {
    await cluster.end("SIGTERM");
    bundle.dispose();
    folder.dispose();
  }
}

process.exit((await main()) > 0 ? 1 : 0);
