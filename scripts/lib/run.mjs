import { spawn } from "node:child_process";
import { root } from "./paths.mjs";

/**
 * Runs a command in the project's root and collects what it prints (the last 64 KiB).
 * @returns {Promise<{ code: number, output: string }>} `code` is 127 when the program is missing.
 */
export function capture(command, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"], ...options });
    let output = "";
    const keep = (chunk) => {
      output = (output + chunk).slice(-65_536);
      options.onOutput?.(String(chunk));
    };
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    child.on("error", (error) =>
      resolve({ code: error.code === "ENOENT" ? 127 : 126, output: String(error) }),
    );
    child.on("close", (code, signal) => resolve({ code: code ?? (signal ? 128 : 1), output }));
  });
}

/** The tail of a long output, for an error message. */
export function tail(output, lines = 25) {
  return output.trimEnd().split("\n").slice(-lines).join("\n");
}
