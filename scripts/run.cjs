// The door of every npm script. Plain old JavaScript on purpose: it must run on a Node that is too old, and say so.
"use strict";
var parts = process.versions.node.split(".").map(Number);
if (parts[0] < 20 || (parts[0] === 20 && parts[1] < 19)) {
  console.error(`\n\u2718 Node.js ${process.version} is too old for Meshwork.`);
  console.error("  \u2192 Install Node.js 20.19 or newer (22 and 24 are fine): https://nodejs.org");
  process.exit(1);
}
var script = process.argv.splice(2, 1)[0];
import(`./${script}.mjs`).catch((error) => {
  console.error(error);
  process.exit(1);
});
