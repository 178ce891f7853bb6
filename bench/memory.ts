// What one learner costs: workspace host, practice cluster and shell, after the mutual TLS lab has been prepared.
// Proportional set size, so that what processes share (Node's own program text) is not counted twice.
import { spawn } from "node:child_process";
import path from "node:path";
import { pause, sized } from "./lib/measure.ts";
import { processTree, pss } from "./lib/memory.ts";
import { benchmark, stop, temporaryFolder } from "./lib/processes.ts";
import { report } from "./lib/report.ts";
import { LAB, launcherIn, Visitor } from "./lib/workspace.ts";

/** A learner reads for a while; garbage of the preparation is collected, Prometheus has scraped. */
const SETTLE_MS = sized(30_000, 3_000);

await benchmark(async () => {
  const launcher = launcherIn(path.join(temporaryFolder(), "workspaces"));
  const visitor = await Visitor.connect(launcher, "learner");
  await visitor.openLab(LAB);
  const shell = await visitor.openTerminal();
  await pause(SETTLE_MS);
  const { pid } = await launcher.ensure("learner");
  const parts = processTree(pid).map((process) => ({ ...process, size: pss(process.pid) }));
  const sizeOf = (is: (part: (typeof parts)[number]) => boolean) =>
    parts.filter(is).reduce((sum, { size }) => sum + size, 0);
  const idle = spawn(process.execPath, ["-e", "setInterval(() => undefined, 1000)"], { stdio: "ignore" });
  await pause(1_000);
  const peer = { name: "an idle node", value: pss(idle.pid ?? 0) };
  await stop(idle);
  report(
    `memory of one learner (PSS, ${parts.length} processes, ${SETTLE_MS / 1000} s after the lab is ready)`,
    [
      { what: "workspace host", ours: sizeOf((part) => part.pid === pid), unit: "MB", peer },
      {
        ...{ what: "practice cluster", unit: "MB", peer },
        ours: sizeOf(({ command }) => command.includes("cluster.mjs")),
      },
      { what: "shell", ours: sizeOf((part) => part.pid === shell.pid), unit: "MB" },
      {
        ...{ what: "all", ours: sizeOf(() => true), unit: "MB", peer },
        budget: { limit: 90, is: "at most" },
      },
    ],
  );
});
