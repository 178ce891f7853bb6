import { X509Certificate } from "node:crypto";
import type { EnvoyProxy } from "../proxy.ts";
import { LEVELS, LOGGERS } from "./loggers.ts";
import type { AdminDeps } from "./types.ts";

/** `/listeners` in both its forms. */
export function listeners(proxy: EnvoyProxy): { readonly text: string; readonly json: object } {
  const list = proxy.listenerManager.list();
  return {
    text: list.map((one) => `${one.name}::${one.address}\n`).join(""),
    json: {
      listener_statuses: list.map(({ name, address }) => ({
        name,
        local_address: {
          socket_address: {
            address: address.slice(0, address.lastIndexOf(":")),
            port_value: Number(address.slice(address.lastIndexOf(":") + 1)),
          },
        },
      })),
    },
  };
}

/** `/runtime`: what the bootstrap's layers say; nothing here changes them. */
export function runtime(proxy: EnvoyProxy): object {
  const layers = proxy.deps.bootstrap.layeredRuntime?.layers ?? [];
  const known = layers.map((one) => ({
    name: textOf(one, "name"),
    values: Object.entries(objectOf(one, "staticLayer")).map(([key, value]) => [key, String(value)] as const),
  }));
  const keys = [...new Set(known.flatMap((layer) => layer.values.map(([key]) => key)))].sort();
  return {
    layers: known.map((layer) => layer.name),
    entries: Object.fromEntries(
      keys.map((key) => {
        const values = known.map((layer) => layer.values.find(([one]) => one === key)?.[1] ?? "");
        return [key, { layer_values: values, final_value: values.filter(Boolean).at(-1) ?? "" }];
      }),
    ),
  };
}

function textOf(value: unknown, key: string): string {
  const found: unknown = typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;
  return typeof found === "string" ? found : "";
}

function objectOf(value: unknown, key: string): object {
  const found: unknown = typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;
  return typeof found === "object" && found !== null ? found : {};
}

export function logging(
  deps: AdminDeps,
  parameters: URLSearchParams,
): { readonly status: number; readonly body: string } {
  const { logLevels } = deps.proxy;
  for (const [name, value] of parameters) {
    const pairs: [string, string][] =
      name === "level"
        ? LOGGERS.map((logger) => [logger, value])
        : name === "paths"
          ? value.split(",").map((pair) => [pair.split(":")[0] ?? "", pair.split(":")[1] ?? ""])
          : [[name, value]];
    for (const [logger, level] of pairs) {
      if (!LEVELS.includes(level)) return { status: 400, body: "error: unknown logger level\n" };
      if (!LOGGERS.includes(logger)) return { status: 400, body: "error: unknown logger name\n" };
      logLevels.set(logger, level);
    }
  }
  const lines = LOGGERS.map((name) => `  ${name}: ${logLevels.get(name) ?? deps.defaultLevel}\n`);
  return { status: 200, body: `active loggers:\n${lines.join("")}\n` };
}

export function serverInfo(deps: AdminDeps): object {
  const { proxy, versions } = deps;
  return {
    version: versions.envoy,
    state: deps.live() ? "LIVE" : "PRE_INITIALIZING",
    uptime_current_epoch: `${Math.floor((proxy.deps.clock.now() - proxy.started) / 1000)}s`,
    hot_restart_version: "disabled",
    node: proxy.deps.bootstrap.node,
  };
}

export function certs(proxy: EnvoyProxy): object {
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
