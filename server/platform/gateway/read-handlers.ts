import type { ReadAnswer, ReadName, ReadParams } from "../../contracts/index.ts";
import type { Role } from "../db/index.ts";
import type { WorkspaceRegistry } from "../workspaces/index.ts";
import type { BrowserLink } from "./browser-link.ts";

const everybody: readonly Role[] = ["owner", "instructor", "learner"];

/** Reads go to the asker's own workspace: who is signed in may ask. */
export const readRoles: { readonly [R in ReadName]: readonly Role[] } = {
  "metrics:query": everybody,
  "metrics:names": everybody,
  "metrics:values": everybody,
  "objects:list": everybody,
  "objects:read": everybody,
  "logs:read": everybody,
  "envoy:dump": everybody,
  "files:list": everybody,
  "files:read": everybody,
  "files:write": everybody,
  "manifest:diff": everybody,
  "manifest:apply": everybody,
  "traces:services": everybody,
  "traces:operations": everybody,
  "traces:search": everybody,
  "traces:read": everybody,
  "traffic:choices": everybody,
  "traffic:start": everybody,
  "traffic:stop": everybody,
  "traffic:state": everybody,
  "request:send": everybody,
  "request:trail": everybody,
  "timeline:list": everybody,
  "timeline:read": everybody,
  "schema:kinds": everybody,
  "schema:read": everybody,
};

type ReadHandlers = {
  readonly [R in ReadName]: (link: BrowserLink, params: ReadParams<R>) => Promise<ReadAnswer<R>>;
};

export function createReadHandlers(registry: WorkspaceRegistry): ReadHandlers {
  const read =
    <R extends ReadName>(name: R) =>
    async (link: BrowserLink, params: ReadParams<R>): Promise<ReadAnswer<R>> =>
      (await registry.control(link.workspace)).read(name, params);
  return {
    "metrics:query": read("metrics:query"),
    "metrics:names": read("metrics:names"),
    "metrics:values": read("metrics:values"),
    "objects:list": read("objects:list"),
    "objects:read": read("objects:read"),
    "logs:read": read("logs:read"),
    "envoy:dump": read("envoy:dump"),
    "files:list": read("files:list"),
    "files:read": read("files:read"),
    "files:write": read("files:write"),
    "manifest:diff": read("manifest:diff"),
    "manifest:apply": read("manifest:apply"),
    "traces:services": read("traces:services"),
    "traces:operations": read("traces:operations"),
    "traces:search": read("traces:search"),
    "traces:read": read("traces:read"),
    "traffic:choices": read("traffic:choices"),
    "traffic:start": read("traffic:start"),
    "traffic:stop": read("traffic:stop"),
    "traffic:state": read("traffic:state"),
    "request:send": read("request:send"),
    "request:trail": read("request:trail"),
    "timeline:list": read("timeline:list"),
    "timeline:read": read("timeline:read"),
    "schema:kinds": read("schema:kinds"),
    "schema:read": read("schema:read"),
  };
}
