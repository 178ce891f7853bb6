// npm start: from a fresh clone to one printed URL. Supervises the web process; Ctrl-C stops everything it started.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { checkPort } from "./lib/machine.mjs";
import { inRoot, root } from "./lib/paths.mjs";
import { isPrebuilt, prepareStages } from "./lib/prepare.mjs";
import { duration, exitWith, Refusal, runStages } from "./lib/stages.mjs";

const port = Number(process.env.PORT ?? 3000);
/** A web process that lives this long has started well: the next crash begins with the shortest pause again. */
const STABLE_MS = 60_000;
const LONGEST_PAUSE_MS = 15_000;
const MOST_FAILED_STARTS = 5;

const begin = performance.now();
let stopping = false;
let web;

/** Starts web and resolves with its exit code. `ready` gets the URL once. */
function runWeb(ready) {
  web = spawn(
    process.execPath,
    ["--enable-source-maps", inRoot("dist", "server.mjs"), ...process.argv.slice(2)],
    {
      cwd: root,
      stdio: ["ignore", "pipe", "inherit"],
      // Its own group, so that Ctrl-C reaches us alone and we decide the order of things.
      detached: true,
      env: {
        ...process.env,
        NODE_ENV: "production",
        PORT: String(port),
        MESHWORK_STOP_WORKSPACES: "1",
        NEXT_TELEMETRY_DISABLED: "1",
      },
    },
  );
  const said = [];
  createInterface({ input: web.stdout }).on("line", (line) => {
    const url = line.startsWith('{"listening"') ? JSON.parse(line).listening : undefined;
    if (url) ready(url);
    // What Next says of itself while it starts helps only when it does not start.
    else said.push(line);
  });
  return new Promise((resolve) =>
    web.once("close", (code, signal) => resolve({ end: code ?? signal, said: said.slice(-20) })),
  );
}

function announce(url) {
  console.log(
    `\nMeshwork is ready after ${duration(performance.now() - begin)}. Open\n\n    ${url}\n\nThe link signs your browser in; Ctrl-C stops everything.`,
  );
}

async function supervise() {
  let failures = 0;
  while (!stopping) {
    const from = performance.now();
    let listening = false;
    const { end, said } = await runWeb((url) => {
      listening = true;
      announce(url);
    });
    if (stopping) return;
    if (!listening) console.error(said.join("\n"));
    failures = performance.now() - from > STABLE_MS ? 1 : failures + 1;
    if (!listening && failures >= MOST_FAILED_STARTS)
      throw new Refusal(`The web process ended ${failures} times while starting (last: ${end}).`, [
        "npm run doctor",
      ]);
    const pause = Math.min(LONGEST_PAUSE_MS, 500 * 2 ** (failures - 1));
    console.error(
      `The web process ended (${end}); starting it again in ${duration(pause)}. Terminals and clusters live on.`,
    );
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

function stop(signal) {
  if (stopping) {
    web?.kill("SIGKILL"); // asked twice: at once
    return;
  }
  stopping = true;
  console.log(`\nStopping (${signal}) …`);
  if (!web || web.exitCode !== null) process.exit(0);
  web.kill("SIGTERM");
}

try {
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  process.on("SIGHUP", stop);
  const free = await checkPort(port, process.env.HOST ?? "127.0.0.1");
  if (!free.ok) throw new Refusal(`${free.name} is ${free.found}.`, [free.advice]);
  await runStages(isPrebuilt() ? [] : prepareStages);
  if (!stopping) await supervise();
  console.log("Stopped.");
  process.exit(0);
} catch (error) {
  exitWith(error);
}
