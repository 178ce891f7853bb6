// istioctl for the practice cluster. It speaks to the Kubernetes API only; proxies and istiod are asked through exec,
// with the same `pilot-agent request` and `pilot-discovery request` that upstream's images have.
import { endQuietlyWithReader } from "../process/broken-pipe.ts";
import { istioctl } from "./istioctl.ts";

endQuietlyWithReader();
process.exitCode = await istioctl(process.argv.slice(2), {
  stdout: (text) => void process.stdout.write(text),
  stderr: (text) => void process.stderr.write(text),
  // The release this istioctl claims to be: the workspace says which.
  version: process.env.ISTIO_VERSION ?? "1.21.6",
});
