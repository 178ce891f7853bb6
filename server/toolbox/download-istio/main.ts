// Run by the build: node download-istio.mjs PROJECT_ROOT OUT_FOLDER
import path from "node:path";
import { writeReleases } from "./write-releases.ts";

const [root = ".", out = "releases"] = process.argv.slice(2);
writeReleases(out, {
  scripts: path.join(root, "server/toolbox/download-istio"),
  samples: path.join(root, "content/istio-samples"),
});
