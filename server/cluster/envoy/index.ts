export { createProxyProgram } from "./agent/program.ts";
export { EnvoyProxy, type ProxyDeps } from "./proxy.ts";
