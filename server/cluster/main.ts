// The practice cluster as a process of its own. Knows nothing of the house that starts it: prints one ready line of JSON
// on stdout, logs on stderr, ends on SIGTERM or SIGINT, and with --parent-watch when standard input ends.
import "./heap.ts";
import { channel } from "node:diagnostics_channel";
import { fileURLToPath } from "node:url";
import { writeKubeconfig } from "./kubeconfig.ts";
import { stderrLogger } from "./logging.ts";
import { OptionError, type PracticeClusterOptions, parseOptions } from "./options.ts";
import { startPracticeCluster } from "./practice-cluster.ts";

const USAGE_EXIT = 64;
/** For whoever loaded this program: see server/program.ts. */
const STARTED = "meshwork:started";

function options(): PracticeClusterOptions {
  try {
    return parseOptions(process.argv.slice(2), process.env);
  } catch (error) {
    if (!(error instanceof OptionError)) throw error;
    process.stderr.write(`Error: ${error.message}\n`);
    process.exit(USAGE_EXIT);
  }
}

async function main(): Promise<void> {
  const { kubeconfigOut, istioProfile, addonsOut, parentWatch, packOut, ...rest } = options();
  // From the first moment on, and without a farewell: what was acknowledged is in the write-ahead log already.
  if (parentWatch) process.stdin.resume().once("close", () => process.exit(0));
  // The build puts it beside this program.
  const openapiFile = fileURLToPath(new URL("openapi.json", import.meta.url));
  const logger = stderrLogger(process.env.MESHWORK_CLUSTER_LOG ?? "warn");
  const cluster = await startPracticeCluster({ ...rest, openapiFile, logger });
  const { url, caPem, token, gateway, istioVersion } = cluster;
  await writeKubeconfig(kubeconfigOut, { url, caPem, token, gateway });
  if (addonsOut) await cluster.writeAddons(addonsOut);

  let stopping = false;
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.on(signal, () => {
      if (stopping) return;
      stopping = true;
      const stopped = packOut ? cluster.stopAndPack(packOut) : cluster.stop();
      stopped.then(
        () => process.exit(0),
        (error: unknown) => {
          logger.error({ error: String(error) }, "stopping failed");
          process.exit(1);
        },
      );
    });
  }

  // Whoever begins with a prepared state finds it as it was left: with everything running.
  if (cluster.restored) cluster.runPods();
  await cluster.restored;
  const ready = {
    ready: true,
    pid: process.pid,
    apiServer: url,
    kubeconfig: kubeconfigOut,
    gateway,
    istioVersion,
    restored: cluster.restored !== undefined,
  };
  process.stdout.write(`${JSON.stringify(ready)}\n`);

  cluster.runPods();
  channel(STARTED).publish({});

  if (istioProfile && !cluster.restored) await cluster.installIstio(istioProfile);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(1);
});
