#!/usr/bin/env node
// meshwork: the same product without a browser. `meshwork help` lists the commands.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { backup, restore, restoreLearner } from "../scripts/lib/backup.mjs";
import { classes } from "../scripts/lib/classes.mjs";
import { inRoot } from "../scripts/lib/paths.mjs";
import { bundle, checkMachine, generateCode, installPackages, isPrebuilt } from "../scripts/lib/prepare.mjs";
import { exitWith, Refusal, runStages } from "../scripts/lib/stages.mjs";
import { user } from "../scripts/lib/users.mjs";

const HELP = `meshwork: workshops for learning Istio

  meshwork start [--kubeconfig FILE [--context NAME]]   the workshop in the browser (same as npm start)
  meshwork shell [--lab ID] [-c COMMAND]                a fresh workspace in this terminal; exits with COMMAND's code
  meshwork cluster --kubeconfig-out FILE [--istio-profile demo] [--istio-version V] [--state-dir DIR]
                                                        just a practice cluster, until Ctrl-C
  meshwork lab test|lint|new …                          for those who write labs: meshwork lab help
  meshwork backup FILE                                  database, homes and clusters of the running server ("-": to stdout)
  meshwork restore FILE [--no-safety-copy]              puts a backup in the place of what the running server has
  meshwork restore FILE --learner WHO [--only home|cluster]
                                                        one learner's home and cluster, while everybody else goes on
  meshwork user list|add|link|role|remove …             people of a class server that runs here: meshwork user help
  meshwork class list|create|open|close|invite …        classes of a class server that runs here: meshwork class help
  meshwork doctor                                       what this machine has and lacks
  meshwork help
`;

/** Packages and bundles must be there; says what it does on stderr, so that a command's own output stays clean. */
async function prepared() {
  if (isPrebuilt()) return;
  const quiet = [];
  await runStages(
    [
      { title: "Looking at this machine", run: checkMachine },
      { title: "Installing packages", run: installPackages },
      { title: "Generating database client and API schemas", run: generateCode },
      { title: "Bundling servers and tools", run: bundle },
    ],
    (line) => (line.includes("up to date") ? quiet.push(line) : console.error(line)),
  );
}

/** Runs one of our programs in this terminal and ends with its exit code. Ctrl-C reaches it directly. */
function become(file, args, env = {}) {
  const child = spawn(process.execPath, [file, ...args], {
    stdio: "inherit",
    env: { ...process.env, ...env },
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"])
    process.on(signal, () => signal === "SIGINT" || child.kill(signal));
  child.on("exit", (code, signal) => process.exit(code ?? (signal === "SIGINT" ? 130 : 143)));
}

function option(args, name) {
  const at = args.findIndex((word) => word === name || word.startsWith(`${name}=`));
  if (at < 0) return undefined;
  const value = args[at].includes("=") ? args[at].slice(args[at].indexOf("=") + 1) : args[at + 1];
  if (!value) throw new Refusal(`${name} needs a value.`, ["meshwork help"]);
  return value;
}

/**
 * The product as a learner sees it, over labs that are being written: pages follow the files. The argument is a lab's id
 * (of the project's content), a lab's folder, or a content folder. Data of its own, so that `npm start` may run beside it.
 */
function previewOf(what) {
  const env = {
    MESHWORK_PREVIEW: "1",
    MESHWORK_SNAPSHOTS: "0",
    MESHWORK_DATA_DIR: inRoot(".cache", "preview"),
  };
  if (what === undefined) return env;
  const folder = path.resolve(what);
  if (existsSync(path.join(folder, "workshops"))) return { ...env, MESHWORK_CONTENT_DIR: folder };
  if (existsSync(path.join(folder, "lab.md"))) {
    console.error("The lab is in the list of the page that opens; it follows every change of its files.");
    return { ...env, MESHWORK_CONTENT_DIR: path.resolve(folder, "..", "..", "..") };
  }
  if (!/^[a-z0-9-]+$/.test(what))
    throw new Refusal(`${what} is neither a lab's folder nor one that holds workshops/.`, [
      "meshwork lab help",
    ]);
  console.error(`Open /labs/${what} there; the page follows every change of its files.`);
  return env;
}

const [command = "help", ...args] = process.argv.slice(2);
try {
  switch (command) {
    case "start": {
      const env = {};
      const kubeconfig = option(args, "--kubeconfig");
      const context = option(args, "--context");
      if (context && !kubeconfig) throw new Refusal("--context needs --kubeconfig FILE.", ["meshwork help"]);
      // Web runs in the project's folder; the path was meant from here.
      if (kubeconfig) env.MESHWORK_KUBECONFIG = path.resolve(kubeconfig);
      if (context) env.MESHWORK_CONTEXT = context;
      become(inRoot("scripts", "run.cjs"), ["start"], env);
      break;
    }
    case "backup":
    case "restore": {
      const [learner, only] = [option(args, "--learner"), option(args, "--only")];
      const [file] = args.filter(
        (word, at) => !word.startsWith("--") && !/^--(learner|only)$/.test(args[at - 1] ?? ""),
      );
      if (!file) throw new Refusal(`meshwork ${command} needs FILE.`, ["meshwork help"]);
      if (command === "backup") await backup(file);
      else if (learner !== undefined)
        await restoreLearner(path.resolve(file), learner, { only, keep: !args.includes("--no-safety-copy") });
      else if (only !== undefined) throw new Refusal("--only goes with --learner.", ["meshwork help"]);
      else await restore(path.resolve(file), { keep: !args.includes("--no-safety-copy") });
      break;
    }
    case "user":
      await user(args);
      break;
    case "class":
      await classes(args);
      break;
    case "doctor":
      become(inRoot("scripts", "run.cjs"), ["doctor"]);
      break;
    case "cluster":
      if (!option(args, "--kubeconfig-out"))
        throw new Refusal("meshwork cluster needs --kubeconfig-out FILE.", ["meshwork help"]);
      await prepared();
      become(inRoot("dist", "cluster.mjs"), args);
      break;
    case "shell":
      await prepared();
      become(inRoot("dist", "workspace.mjs"), ["shell", ...args]);
      break;
    case "lab":
      if (args[0] === "preview") {
        become(inRoot("scripts", "run.cjs"), ["start"], previewOf(args[1]));
        break;
      }
      await prepared();
      become(inRoot("dist", "workspace.mjs"), ["lab", ...args]);
      break;
    case "help":
    case "--help":
    case "-h":
      process.stdout.write(HELP);
      break;
    default:
      throw new Refusal(`There is no command "${command}".`, ["meshwork help"]);
  }
} catch (error) {
  exitWith(error);
}
