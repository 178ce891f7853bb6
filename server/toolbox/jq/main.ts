// Stands in for jq where the host has none: jq itself, compiled to WebAssembly. What labs use: a filter, files, short flags.
import { readFileSync } from "node:fs";
import { raw } from "jq-wasm";

/** jq's exit codes: 5 for an error while running, 3 for a filter that does not compile (jq's manual, "--exit-status"). */
const RUNTIME_ERROR = 5;
const COMPILE_ERROR = 3;

const flags: string[] = [];
const operands: string[] = [];
for (const argument of process.argv.slice(2)) {
  if (argument.startsWith("-") && argument.length > 1) flags.push(argument);
  else operands.push(argument);
}

const [filter = ".", ...files] = operands;
try {
  const input = files.length
    ? files.map((file) => readFileSync(file, "utf8")).join("\n")
    : readFileSync(0, "utf8");
  const output = await raw(input, filter, flags);
  if (output) process.stdout.write(output.endsWith("\n") ? output : `${output}\n`);
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`${message.trim()}\n`);
  process.exitCode = /compile error/.test(message) ? COMPILE_ERROR : RUNTIME_ERROR;
}
