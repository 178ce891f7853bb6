import type { ReadAnswer, ReadParams } from "../../contracts/index.ts";
import { isKubeError, type KubeCluster } from "../../platform/kube/index.ts";
import { notFound, tooLarge, unavailable } from "../errors.ts";
import { limits } from "./limits.ts";

/** The configuration that one proxy executes, asked as istioctl does: by its own agent, in its own container. */
export async function readEnvoyDump(
  { cluster, now }: { readonly cluster: KubeCluster; readonly now: () => number },
  { namespace, pod }: ReadParams<"envoy:dump">,
): Promise<ReadAnswer<"envoy:dump">> {
  try {
    const { stdout, stderr, exitCode } = await cluster.exec({
      ...{ namespace, pod, container: "istio-proxy" },
      command: ["pilot-agent", "request", "GET", "config_dump?include_eds"],
      signal: AbortSignal.timeout(limits.answerMs),
    });
    if (exitCode !== 0)
      throw unavailable(`The proxy of ${pod} does not show its configuration: ${stderr.trim()}`);
    const dump = withoutSecrets(stdout);
    if (dump.length > limits.dumpCharacters)
      throw tooLarge(
        `The configuration of ${pod} has ${dump.length} characters; the page shows up to ${limits.dumpCharacters}. In the terminal: istioctl proxy-config all ${pod}.${namespace}`,
      );
    return { readAt: now(), dump };
  } catch (error) {
    if (!isKubeError(error)) throw error;
    if (error.reason === "NotFound") throw notFound(error.message);
    throw unavailable(error.message);
  }
}

/** A page has no use for certificates and keys, so they do not travel. */
function withoutSecrets(text: string): string {
  const dump: unknown = JSON.parse(text);
  if (typeof dump !== "object" || dump === null || !("configs" in dump) || !Array.isArray(dump.configs))
    return text;
  const configs = dump.configs.filter(
    (config: unknown) =>
      !(
        typeof config === "object" &&
        config !== null &&
        "@type" in config &&
        String(config["@type"]).endsWith(".SecretsConfigDump")
      ),
  );
  return JSON.stringify({ configs });
}
