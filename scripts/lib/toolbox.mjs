// Commands on the learner's PATH that are scripts around our programs. The build and the tests lay them out alike.
import { chmod, copyFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { inRoot, root } from "./paths.mjs";
import { capture } from "./run.mjs";
import { Refusal } from "./stages.mjs";

/** `bin/NAME` starts a program of the toolbox. Finds it beside itself, so that the folder may be moved. */
export async function launcher(bin, name) {
  const file = path.join(bin, name);
  const lines = [
    "#!/bin/sh",
    `exec "\${MESHWORK_NODE:-node}" "$(dirname "$(readlink -f "$0")")/../${name}.mjs" "$@"`,
  ];
  await writeFile(file, `${lines.join("\n")}\n`);
  await chmod(file, 0o755);
}

/** What a download of an Istio release finds, and the curl that finds it there. */
export async function downloads(toolbox) {
  const program = path.join(toolbox, "download-istio.mjs");
  const { code, output } = await capture(process.execPath, [program, root, path.join(toolbox, "releases")]);
  if (code !== 0) throw new Refusal(`Writing Istio's release archives failed:\n${output}`);
  const curl = path.join(toolbox, "bin", "curl");
  await copyFile(inRoot("server/toolbox/download-istio/curl.sh"), curl);
  await chmod(curl, 0o755);
}
