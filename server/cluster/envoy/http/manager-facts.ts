import { HTTP_FILTER_TYPE, type HttpConnectionManager, type HttpFilter } from "../../xds/index.ts";

type Alpn = readonly string[] | undefined;

// Pools compare lists of protocols by identity: equal lists must be one.
const interned = new Map<string, readonly string[]>();
const MAX_INTERNED = 256;

function internAlpn(list: Alpn): Alpn {
  if (!list) return undefined;
  const key = list.join(",");
  const known = interned.get(key);
  if (known) return known;
  if (interned.size >= MAX_INTERNED) interned.clear();
  interned.set(key, list);
  return list;
}

/** What every request asks of its connection manager's configuration, found out once. */
export class ManagerFacts {
  readonly exchangesPeers: boolean;
  /** The istio.stats filter; undefined: requests are not counted. */
  readonly stats: HttpFilter | undefined;
  /** Of the istio.alpn filter, by the protocol spoken upstream. */
  readonly alpn: { readonly http1: Alpn; readonly http2: Alpn };

  constructor(config: HttpConnectionManager) {
    this.exchangesPeers = config.httpFilters.some((one) => one.name === "istio.metadata_exchange");
    this.stats = config.httpFilters.find((one) => one.name === "istio.stats");
    const overrides = config.httpFilters.flatMap(({ typedConfig }) =>
      typedConfig["@type"] === HTTP_FILTER_TYPE.alpn ? typedConfig.alpnOverride : [],
    );
    const of = (protocol: "HTTP11" | "HTTP2") =>
      internAlpn(overrides.find((one) => one.upstreamProtocol === protocol)?.alpnOverride);
    this.alpn = { http1: of("HTTP11"), http2: of("HTTP2") };
  }
}
