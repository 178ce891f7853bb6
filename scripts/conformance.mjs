// npm run conformance [-- --kubeconfig FILE] [--kubectl PROGRAM] [AREA …]: see server/cluster/conformance/main.ts.
import { spawn } from "node:child_process";
import { inRoot, root } from "./lib/paths.mjs";
import { generateCode, installPackages } from "./lib/prepare.mjs";
import { exitWith, runStages } from "./lib/stages.mjs";

try {
  await runStages([
    { title: "Installing packages", run: installPackages },
    { title: "Generating code", run: generateCode },
  ]);
  const program = [inRoot("node_modules", "tsx", "dist", "cli.mjs"), "server/cluster/conformance/main.ts"];
  const child = spawn(process.execPath, [...program, ...process.argv.slice(2)], {
    cwd: root,
    stdio: "inherit",
  });
  child.once("exit", (code) => process.exit(code ?? 1));
} catch (error) {
  exitWith(error);
}
