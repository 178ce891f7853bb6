// The checks that `npm run conformance` runs on any cluster, on ours.
import { afterAll, beforeAll, describe, it, vi } from "vitest";
import { areas, runCheck } from "./areas/index.ts";
import { type Tool, tool } from "./kubectl.ts";
import {
  bundleCluster,
  type ClusterBundle,
  clusterFolder,
  type RunningCluster,
  startCluster,
} from "./practice-process.ts";
import { unpack } from "./unpack.ts";

const folder = clusterFolder();
let bundle: ClusterBundle | undefined;
let cluster: RunningCluster | undefined;
let kubectl: Tool;

vi.setConfig({ testTimeout: 120_000 });

beforeAll(async () => {
  bundle = await bundleCluster();
  cluster = await startCluster(bundle, folder);
  kubectl = tool(await unpack(35), folder);
});
afterAll(async () => {
  await cluster?.end("SIGTERM");
  bundle?.dispose();
  folder.dispose();
});

describe.each(areas)("$name", ({ name, checks }) => {
  it.each(checks.map((check, index) => ({ check, title: check.title, index })))(
    "$title",
    ({ check, index }) => runCheck(kubectl, check, `conformance-${name}-${index + 1}`),
  );
});
