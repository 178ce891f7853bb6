import { X509Certificate } from "node:crypto";
import type { EnvoyProxy } from "../proxy.ts";
import { inventory, prometheusLines } from "../stats/inventory.ts";
import { clustersJson, clustersText } from "./clusters-page.ts";
import { configDump } from "./config-dump.ts";
import { LEVELS, LOGGERS } from "./loggers.ts";

export interface AdminAnswer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

export interface AdminDeps {
  readonly proxy: EnvoyProxy;
  /** Whether the proxy has its first configuration. */
  readonly live: () => boolean;
  readonly versions: { readonly istio: string; readonly envoy: string };
  readonly defaultLevel: string;
}

const text = (body: string, status = 200): AdminAnswer => ({
  status,
  type: "text/plain; charset=UTF-8",
  body,
});
const json = (value: unknown): AdminAnswer => ({
  status: 200,
  type: "application/json",
  body: `${JSON.stringify(value, null, 1)}\n`,
});

/** Envoy's admin interface. Changing a proxy's state takes a POST, as there. */
export function answerAdmin(
  deps: AdminDeps,
  request: { readonly method: string; readonly target: string },
): AdminAnswer {
  const url = new URL(request.target, "http://admin");
  const { proxy } = deps;
  const path = url.pathname.length > 1 ? url.pathname.replace(/\/$/, "") : url.pathname;
  switch (path) {
    case "/config_dump":
      return json(configDump(proxy, { includeEds: url.searchParams.has("include_eds") }));
    case "/clusters":
      return url.searchParams.get("format") === "json"
        ? json(clustersJson(proxy))
        : text(clustersText(proxy));
    case "/listeners":
      return text(
        proxy.listenerManager
          .list()
          .map((one) => `${one.name}::${one.address}\n`)
          .join(""),
      );
    case "/stats":
      return stats(deps, url.searchParams);
    case "/stats/prometheus":
      return { ...text(prometheusText(deps)), type: "text/plain; version=0.0.4; charset=utf-8" };
    case "/logging":
      return logging(deps, { method: request.method, parameters: url.searchParams });
    case "/server_info":
      return json(serverInfo(deps));
    case "/certs":
      return json(certs(proxy));
    case "/ready":
      return deps.live() ? text("LIVE\n") : text("PRE_INITIALIZING\n", 503);
    case "/":
    case "/help":
      return text(`admin commands are:\n${COMMANDS.map(([name, what]) => `  ${name}: ${what}\n`).join("")}`);
    default:
      return text(
        `invalid path. admin commands are:\n${COMMANDS.map(([name, what]) => `  ${name}: ${what}\n`).join("")}`,
        404,
      );
  }
}

const COMMANDS = [
  ["/certs", "print certs on machine"],
  ["/clusters", "upstream cluster status"],
  ["/config_dump", "dump current Envoy configs (experimental)"],
  ["/help", "print out list of admin commands"],
  ["/listeners", "print listener info"],
  ["/logging", "query/change logging levels"],
  ["/ready", "print server state, return 200 if LIVE, otherwise return 503"],
  ["/server_info", "print server version/status information"],
  ["/stats", "print server stats"],
  ["/stats/prometheus", "print server stats in prometheus format"],
] as const;

export function prometheusText(deps: AdminDeps): string {
  const { metrics } = deps.proxy;
  return [
    `# TYPE istio_build gauge\nistio_build{component="proxy",tag="${deps.versions.istio}"} 1\n`,
    metrics.istio.exposition(),
    prometheusLines(inventory(deps.proxy, deps.live())),
  ].join("");
}

function stats(deps: AdminDeps, parameters: URLSearchParams): AdminAnswer {
  if (parameters.get("format") === "prometheus") return text(prometheusText(deps));
  const filter = parameters.get("filter");
  let wanted: RegExp | undefined;
  try {
    wanted = filter === null ? undefined : new RegExp(filter);
  } catch {
    return text(`Invalid re2 regex\n`, 400);
  }
  const usedOnly = parameters.has("usedonly");
  const type = TYPES[parameters.get("type")?.toLowerCase() ?? "all"];
  if (type === undefined) return text("invalid &type= param\n", 404);
  const values = inventory(deps.proxy, deps.live())
    .filter((one) => (!wanted || wanted.test(one.dotted)) && (!usedOnly || one.value !== 0))
    .filter((one) => type.includes(one.type));
  if (parameters.get("format") === "json")
    return json({ stats: values.map(({ dotted, value }) => ({ name: dotted, value })) });
  return text(values.map((one) => `${one.dotted}: ${one.value}\n`).join(""));
}

const TYPES: Readonly<Record<string, readonly string[]>> = {
  all: ["counter", "gauge"],
  counters: ["counter"],
  gauges: ["gauge"],
  histograms: [],
  textreadouts: [],
};

function logging(deps: AdminDeps, request: { method: string; parameters: URLSearchParams }): AdminAnswer {
  const { logLevels } = deps.proxy;
  if (request.method === "POST") {
    for (const [name, value] of request.parameters) {
      const pairs: [string, string][] =
        name === "level"
          ? LOGGERS.map((logger) => [logger, value])
          : name === "paths"
            ? value.split(",").map((pair) => [pair.split(":")[0] ?? "", pair.split(":")[1] ?? ""])
            : [[name, value]];
      for (const [logger, level] of pairs) {
        if (!LEVELS.includes(level)) return text("error: unknown logger level\n", 400);
        if (!LOGGERS.includes(logger)) return text(`error: unknown logger name\n`, 400);
        logLevels.set(logger, level);
      }
    }
  }
  const lines = LOGGERS.map((name) => `  ${name}: ${logLevels.get(name) ?? deps.defaultLevel}\n`);
  return text(`active loggers:\n${lines.join("")}\n`);
}

function serverInfo(deps: AdminDeps): object {
  const { proxy, versions } = deps;
  return {
    version: versions.envoy,
    state: deps.live() ? "LIVE" : "PRE_INITIALIZING",
    uptime_current_epoch: `${Math.floor((proxy.deps.clock.now() - proxy.started) / 1000)}s`,
    hot_restart_version: "disabled",
    node: proxy.deps.bootstrap.node,
  };
}

function certs(proxy: EnvoyProxy): object {
  const read = (base64: string | undefined) =>
    (
      Buffer.from(base64 ?? "", "base64")
        .toString("utf8")
        .match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? []
    )
      .map((pem) => new X509Certificate(pem))
      .map((one) => ({
        path: "<inline>",
        serial_number: one.serialNumber.toLowerCase(),
        subject_alt_names: (one.subjectAltName ?? "")
          .split(", ")
          .filter(Boolean)
          .map((name) => ({ uri: name.replace(/^URI:/, "") })),
        days_until_expiration: String(
          Math.max(0, Math.floor((Date.parse(one.validTo) - proxy.deps.clock.now()) / 86_400_000)),
        ),
        valid_from: new Date(one.validFrom).toISOString(),
        expiration_time: new Date(one.validTo).toISOString(),
      }));
  const secrets = proxy.secrets.all().map((one) => one.secret);
  const roots = secrets.flatMap((one) => read(one.validationContext?.trustedCa?.inlineBytes));
  const chains = secrets.flatMap((one) => read(one.tlsCertificate?.certificateChain.inlineBytes));
  return { certificates: [{ ca_cert: roots, cert_chain: chains }] };
}
