// meshwork doctor: what this machine has and lacks, as a table. Exit code 1 when something needed is missing.
import { existsSync } from "node:fs";
import { findChromium } from "./lib/chromium.mjs";
import {
  checkCompiler,
  checkDisk,
  checkGit,
  checkNode,
  checkPort,
  checkRegistry,
  checkSandbox,
  checkTools,
} from "./lib/machine.mjs";
import { inRoot } from "./lib/paths.mjs";
import { capture } from "./lib/run.mjs";

async function checkTerminal() {
  if (!existsSync(inRoot("node_modules", "node-pty")))
    return {
      name: "Terminals",
      ok: true,
      optional: true,
      found: "not installed yet: npm start installs them",
    };
  const script =
    'const p=require("node-pty").spawn("/bin/sh",["-c","echo pty-$((40+2))"],{});p.onData(d=>process.stdout.write(d));p.onExit(()=>setTimeout(()=>process.exit(0),50))';
  const { output } = await capture(process.execPath, ["-e", script]);
  return {
    name: "Terminals",
    ok: output.includes("pty-42"),
    found: output.includes("pty-42") ? "a pty opens and answers" : output.trim().slice(0, 80),
    advice: "node-pty does not work here: rm -rf node_modules && npm start",
  };
}

async function checkKubectl() {
  const kubectl = inRoot("dist", "toolbox", "bin", "kubectl");
  if (!existsSync(kubectl))
    return { name: "kubectl", ok: true, optional: true, found: "not unpacked yet: npm start does it" };
  const { code, output } = await capture(kubectl, ["version", "--client"]);
  return {
    name: "kubectl",
    ok: code === 0,
    found: output.split("\n")[0],
    advice: "rm -rf .cache dist && npm start",
  };
}

const browser = findChromium();
const findings = [
  checkNode(),
  await checkDisk(),
  checkCompiler(),
  await checkRegistry(),
  await checkPort(Number(process.env.PORT ?? 3000)),
  await checkTerminal(),
  await checkKubectl(),
  ...checkTools(),
  await checkSandbox(),
  { name: "Chromium", ok: true, optional: true, found: browser ?? "missing; only the tests need it" },
  checkGit(),
];
const width = Math.max(...findings.map(({ name }) => name.length));
for (const { name, ok, found } of findings) console.log(`${ok ? "✔" : "✘"} ${name.padEnd(width)}  ${found}`);
const missing = findings.filter(({ ok }) => !ok);
if (missing.length) console.log(`\n${missing.map(({ name, advice }) => `${name}: ${advice}`).join("\n")}`);
process.exit(missing.length ? 1 : 0);
