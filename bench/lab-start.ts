// From "open this lab" in a fresh workspace to a lab whose preparation is done, as a learner waits for it: with the lab's
// prepared start, and prepared step by step as it is without one. And to another lab's prepared start from the first one's.
import { mkdirSync } from "node:fs";
import path from "node:path";
import { listLabs } from "../server/platform/labs/index.ts";
import { median, sized } from "./lib/measure.ts";
import { benchmark, built, root, runToEnd, temporaryFolder } from "./lib/processes.ts";
import { type Figure, report } from "./lib/report.ts";
import { launcherIn, Visitor } from "./lib/workspace.ts";

const rounds = sized(3, 1);

await benchmark(async () => {
  const folder = temporaryFolder();
  const snapshots = path.join(folder, "snapshots");
  const labs = (await listLabs({ contentDir: path.join(root, "content") })).map(({ id }) => id);
  const chosen = sized(labs, labs.slice(2, 4));
  await runToEnd([
    process.execPath,
    built("workspace.mjs"),
    "lab",
    "snapshots",
    ...chosen,
    "--out",
    snapshots,
  ]);
  const start = async (lab: string, from: { readonly snapshots?: string }, round: number) => {
    const name = `${from.snapshots ? "snapshot" : "prepared"}-${lab}-${round}`;
    mkdirSync(path.join(folder, name));
    const launcher = launcherIn(
      path.join(folder, name),
      from.snapshots ? ["--snapshots", from.snapshots] : [],
    );
    const begun = performance.now();
    const visitor = await Visitor.connect(launcher, "learner");
    await visitor.openLab(lab);
    const ms = performance.now() - begun;
    visitor.client.close();
    await launcher.stop("learner");
    return ms;
  };
  const move = async (lab: string) => {
    const name = `move-${lab}`;
    mkdirSync(path.join(folder, name));
    const launcher = launcherIn(path.join(folder, name), ["--snapshots", snapshots]);
    const visitor = await Visitor.connect(launcher, "learner");
    await visitor.openLab(chosen.find((other) => other !== lab) ?? lab);
    const begun = performance.now();
    await visitor.openLab(lab);
    const ms = performance.now() - begun;
    visitor.client.close();
    await launcher.stop("learner");
    return ms;
  };
  const figures: Figure[] = [];
  for (const lab of chosen) {
    const restored: number[] = [];
    for (let round = 0; round < rounds; round++) restored.push(await start(lab, { snapshots }, round));
    figures.push({
      ...{ what: lab, ours: median(restored), unit: "ms" },
      // Once: it takes ten times as long, and nine labs three times over take longer than a benchmark may.
      peer: { name: "prepared", value: await start(lab, {}, 0) },
      budget: { limit: 1_000, is: "at most" },
    });
  }
  const last = chosen.at(-1) ?? "";
  figures.push({
    ...{ what: `${last}, from another lab`, ours: await move(last), unit: "ms" },
    budget: { limit: 1_000, is: "at most" },
  });
  report(`lab-start (fresh workspace, medians of ${rounds})`, figures);
});
