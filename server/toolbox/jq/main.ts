// Stands in for jq where the host has none: the jq of just-bash, which knows the language and the flags that labs use.
import { readFileSync } from "node:fs";
import { endQuietlyWithReader } from "../process/broken-pipe.ts";
import { jq } from "./jq.ts";

endQuietlyWithReader();
const result = await jq(process.argv.slice(2), {
  cwd: process.cwd(),
  stdin: () => readFileSync(0, "utf8"),
});
process.stdout.write(result.stdout);
process.stderr.write(result.stderr);
process.exitCode = result.exitCode;
