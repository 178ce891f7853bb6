// npm start: from a fresh clone to one printed URL. Supervises the web process; Ctrl-C stops everything it started.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { checkPort } from "./lib/machine.mjs";
import { inRoot, root } from "./lib/paths.mjs";
import { isPrebuilt, prepareStages } from "./lib/prepare.mjs";
import { duration, exitWith, Refusal, runStages } from "./lib/stages.mjs";
import { endWorkspaces } from "./lib/workspaces.mjs";

const port = Number(process.env.PORT ?? 3000);
/** A web process that lives this long has started well: the next crash begins with the shortest pause again. */
const STABLE_MS = 60_000;
const LONGEST_PAUSE_MS = 15_000;
const MOST_FAILED_STARTS = 5;
/** The web process's exit code when its settings or the data folder will not do. */
const REFUSED = 78;
/** … and when it wants to be started again at once: a restore waits to be taken up. */
const RESTART = 75;

const begin = performance.now();
let stopping = false;
let web;
let boundPort;
/** Cuts the pause before a restart short. */
let wake = () => undefined;

/** Starts web and resolves with its exit code. `ready` gets the URL and a sentence about it once. */
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
        PORT: String(boundPort ?? port),
        MESHWORK_STOP_WORKSPACES: "1",
        MESHWORK_SNAPSHOTS: process.env.MESHWORK_SNAPSHOTS ?? "1",
        NEXT_TELEMETRY_DISABLED: "1",
      },
    },
  );
  const said = [];
  createInterface({ input: web.stdout }).on("line", (line) => {
    if (line.startsWith('{"listening"')) {
      const { listening, port: bound, note } = JSON.parse(line);
      // A free port that was chosen once stays: pages that are open come back to it.
      boundPort = bound;
      ready(listening, note);
    }
    // What Next says of itself while it starts helps only when it does not start.
    else said.push(line);
  });
  return new Promise((resolve) =>
    web.once("close", (code, signal) => resolve({ end: code ?? signal, said: said.slice(-20) })),
  );
}

function announce(url, note) {
  console.log(
    `\nMeshwork is ready after ${duration(performance.now() - begin)}. Open\n\n    ${url}\n\n${note}`,
  );
}

async function supervise() {
  let failures = 0;
  while (!stopping) {
    const from = performance.now();
    let listening = false;
    const { end, said } = await runWeb((url, note) => {
      listening = true;
      announce(url, note);
    });
    if (stopping) return;
    // What it said is all there is to say; starting it again would not help.
    if (end === REFUSED) process.exit(1);
    if (end === RESTART) {
      console.error("Starting again to take up a restore …");
      continue;
    }
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
    await new Promise((resolve) => {
      wake = resolve;
      setTimeout(resolve, pause);
    });
  }
}

function stop(signal) {
  if (stopping) {
    web?.kill("SIGKILL"); // asked twice: at once
    return;
  }
  stopping = true;
  console.log(`\nStopping (${signal}) …`);
  if (!web) process.exit(0);
  web.kill("SIGTERM");
  wake();
}

try {
  // A terminal that was closed takes no more words; stopping goes on all the same.
  process.stdout.on("error", () => undefined);
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  process.on("SIGHUP", stop);
  const free = await checkPort(port, process.env.HOST ?? "127.0.0.1");
  if (!free.ok) throw new Refusal(`${free.name} is ${free.found}.`, [free.advice]);
  await runStages(isPrebuilt() ? [] : prepareStages);
  if (!stopping) await supervise();
  // Web stops its workspaces itself; not so one that had crashed, or was told to go at once.
  await endWorkspaces(process.env.MESHWORK_DATA_DIR || ".data");
  console.log("Stopped.");
  process.exit(0);
} catch (error) {
  exitWith(error);
}
