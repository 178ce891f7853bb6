/** Loggers an Envoy 1.29 of Istio's build knows, sorted. */
export const LOGGERS = [
  "admin", "alternate_protocols_cache", "aws", "assert", "backtrace", "basic_auth", "cache_filter", "client",
  "composite", "config", "connection", "conn_handler", "compression", "credential_injector", "decompression", "dns",
  "dubbo", "dynamic_modules", "envoy_bug", "ext_authz", "ext_proc", "file", "filter", "forward_proxy", "gcp_authn",
  "geolocation", "golang", "grpc", "happy_eyeballs", "hc", "health_checker", "http", "http2", "hystrix", "init", "io",
  "jwt", "kafka", "key_value_store", "lua", "main", "matcher", "misc", "mongo", "multi_connection", "oauth2", "quic",
  "quic_stream", "rate_limit_quota", "pool", "rbac", "rds", "redis", "router", "runtime", "stats", "secret", "tap",
  "testing", "thrift", "tracing", "upstream", "udp", "wasm", "websocket",
].sort();

export const LEVELS = ["trace", "debug", "info", "warning", "error", "critical", "off"];
