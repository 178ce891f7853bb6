export { createProxyProgram } from "./agent/program.ts";
export { Proxy, type ProxyDeps } from "./proxy.ts";
