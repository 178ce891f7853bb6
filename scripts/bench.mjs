// npm run bench [-- NAME …]: every benchmark of bench/, one after the other, each in its own process and with its own table.
// Fails only when a benchmark crashed: a missed budget is a figure to act on, not an error of the run.
import { spawn } from "node:child_process";
import { mkdir, readdir } from "node:fs/promises";
import { cpus, loadavg, totalmem } from "node:os";
import path from "node:path";
import { inRoot, root } from "./lib/paths.mjs";
import { bundle, generateCode, installPackages } from "./lib/prepare.mjs";
import { duration, exitWith, Refusal, runStages } from "./lib/stages.mjs";

/** A benchmark that takes longer than this hangs. */
const LONGEST_MS = 10 * 60_000;
const outdir = inRoot(".cache", "bench");
/** Somebody asked us to stop: the benchmark that runs ends what it started, and no other one begins. */
let stopped = false;

async function names(wanted) {
  const files = await readdir(inRoot("bench"));
  const all = files.filter((file) => file.endsWith(".ts")).map((file) => path.basename(file, ".ts"));
  const unknown = wanted.filter((name) => !all.includes(name));
  if (unknown.length > 0)
    throw new Refusal(`There is no benchmark "${unknown[0]}".`, [`There are: ${all.join(", ")}`]);
  return wanted.length > 0 ? wanted : all;
}

/** Benchmarks are TypeScript that may use parts of the house; packages stay outside, as in the product. */
async function compile(chosen) {
  const { build } = await import("esbuild");
  await mkdir(outdir, { recursive: true });
  await build({
    ...{ bundle: true, platform: "node", format: "esm", target: "node20", packages: "external" },
    ...{ absWorkingDir: root, outdir, outExtension: { ".js": ".mjs" }, logLevel: "warning" },
    entryPoints: Object.fromEntries([
      ...chosen.map((name) => [name, `bench/${name}.ts`]),
      ["peers/bare-terminal", "bench/peers/bare-terminal.ts"],
      ["peers/bare-api", "bench/peers/bare-api.ts"],
    ]),
  });
}

/** Resolves with the exit code, and with the tallies that the benchmark's tables sent us. */
function run(name) {
  const child = spawn(process.execPath, [path.join(outdir, `${name}.mjs`)], {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit", "ipc"],
    env: { ...process.env, NEXT_TELEMETRY_DISABLED: "1" },
  });
  const tally = { met: 0, missed: [] };
  child.on("message", ({ met, missed }) => {
    tally.met += met;
    tally.missed.push(...missed.map((what) => `${name}: ${what}`));
  });
  // SIGTERM first: a benchmark then stops the servers that it started.
  const late = setTimeout(() => child.kill("SIGTERM"), LONGEST_MS);
  const forward = () => {
    stopped = true;
    child.kill("SIGTERM");
  };
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, forward);
  return new Promise((resolve) =>
    child.once("close", (code, signal) => {
      clearTimeout(late);
      for (const signal of ["SIGINT", "SIGTERM"]) process.off(signal, forward);
      resolve({ code: code ?? signal, tally });
    }),
  );
}

try {
  const chosen = await names(process.argv.slice(2));
  await runStages([
    { title: "Installing packages", run: installPackages },
    { title: "Generating code", run: generateCode },
    { title: "Bundling servers and tools", run: bundle },
    { title: "Bundling benchmarks", run: () => compile(chosen) },
  ]);
  const [cpu] = cpus();
  const load = loadavg().map((value) => value.toFixed(1));
  console.log(
    `\n${new Date().toISOString()} · Node ${process.versions.node} · ${cpus().length} × ${cpu?.model.trim()} · ${(totalmem() / 1024 ** 3).toFixed(0)} GiB · load before ${load.join(" ")}${process.env.BENCH_QUICK ? " · quick: small sizes" : ""}`,
  );
  const begin = performance.now();
  const crashed = [];
  const missed = [];
  let met = 0;
  for (const name of chosen) {
    if (stopped) break;
    const { code, tally } = await run(name);
    met += tally.met;
    missed.push(...tally.missed);
    if (code !== 0) {
      crashed.push(name);
      console.error(`✘ ${name} crashed (${code})`);
    }
  }
  console.log(
    `\n${met} budgets met, ${missed.length} not met, ${crashed.length} benchmarks crashed (${duration(performance.now() - begin)})`,
  );
  for (const what of missed) console.log(`  not met: ${what}`);
  process.exit(crashed.length > 0 ? 1 : 0);
} catch (error) {
  exitWith(error);
}
