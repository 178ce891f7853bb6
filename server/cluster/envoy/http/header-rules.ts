import type { HeaderValueOption } from "../../xds/index.ts";
import type { StreamInfo } from "../stream-info.ts";
import type { HeaderMap } from "./headers.ts";

export interface HeaderRules {
  readonly add?: readonly HeaderValueOption[] | undefined;
  readonly remove?: readonly string[] | undefined;
}

/** Applies a level's additions and removals, as Envoy's HeaderParser. */
export function applyHeaderRules(headers: HeaderMap, rules: HeaderRules, info: StreamInfo): void {
  for (const name of rules.remove ?? []) headers.remove(name.toLowerCase());
  for (const option of rules.add ?? []) {
    const name = option.header.key.toLowerCase();
    const value = expand(option.header.value, info);
    switch (option.appendAction ?? "APPEND_IF_EXISTS_OR_ADD") {
      case "OVERWRITE_IF_EXISTS_OR_ADD":
        headers.set(name, value);
        break;
      case "ADD_IF_ABSENT":
        if (!headers.has(name)) headers.append(name, value);
        break;
      case "APPEND_IF_EXISTS_OR_ADD":
        headers.append(name, value);
        break;
    }
  }
}

/** `%DOWNSTREAM_REMOTE_ADDRESS%` and the like, of what learners use; `%%` is a percent sign. */
function expand(value: string, info: StreamInfo): string {
  if (!value.includes("%")) return value;
  const { downstream } = info;
  const values: Readonly<Record<string, string>> = {
    DOWNSTREAM_REMOTE_ADDRESS: `${downstream.remoteAddress}:${downstream.remotePort}`,
    DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT: downstream.remoteAddress,
    DOWNSTREAM_LOCAL_ADDRESS: `${downstream.destination.address}:${downstream.destination.port}`,
    DOWNSTREAM_PEER_URI_SAN: downstream.tls?.peer?.uri ?? "",
    PROTOCOL: info.protocol,
    UPSTREAM_REMOTE_ADDRESS: info.upstreamEndpoint?.key ?? "",
    RESPONSE_FLAGS: info.flagText,
  };
  return value
    .replaceAll("%%", "\u0000")
    .replace(/%([A-Z_]+)%/g, (text, name: string) => values[name] ?? text)
    .replaceAll("\u0000", "%");
}
