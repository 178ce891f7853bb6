import type { FlagSpec } from "../args.ts";
import type { Command, CommandContext } from "../command.ts";
import { all, bootstrap } from "./all.ts";
import { clusters } from "./clusters.ts";
import { ecds } from "./ecds.ts";
import { endpoints } from "./endpoints.ts";
import { listeners } from "./listeners.ts";
import { log } from "./log.ts";
import { routes } from "./routes.ts";
import { secrets } from "./secrets.ts";

interface Part {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly what: string;
  readonly filters?: readonly string[];
  readonly flags?: readonly FlagSpec[];
  run(context: CommandContext): Promise<void>;
}

const logFlags: readonly FlagSpec[] = [
  { name: "level", type: "string" },
  { name: "reset", short: "r", type: "bool" },
];

const parts: readonly Part[] = [
  { name: "all", aliases: ["a"], what: "all configuration", run: all },
  { name: "bootstrap", aliases: ["b"], what: "bootstrap configuration", run: bootstrap },
  {
    name: "cluster",
    aliases: ["clusters", "c"],
    what: "cluster configuration",
    filters: ["fqdn", "direction", "subset"],
    run: clusters,
  },
  { name: "ecds", aliases: ["ec"], what: "typed extension configuration", run: ecds },
  {
    name: "endpoint",
    aliases: ["endpoints", "ep"],
    what: "endpoint configuration",
    filters: ["address", "cluster", "status"],
    run: endpoints,
  },
  {
    name: "listener",
    aliases: ["listeners", "l"],
    what: "listener configuration",
    filters: ["address", "type"],
    run: listeners,
  },
  { name: "log", aliases: ["o"], what: "logging levels", flags: logFlags, run: log },
  { name: "route", aliases: ["routes", "r"], what: "route configuration", filters: ["name"], run: routes },
  { name: "secret", aliases: ["secrets", "s"], what: "secret configuration", run: secrets },
];

const common: readonly FlagSpec[] = [
  { name: "output", short: "o", type: "string" },
  { name: "file", short: "f", type: "string" },
  { name: "port", type: "int" },
  { name: "verbose", type: "bool" },
];

export const proxyConfig: Command = {
  name: "proxy-config",
  aliases: ["pc"],
  short: "Retrieve information about proxy configuration from Envoy",
  subcommands: parts.map(({ name, aliases, what, filters = [], flags = [], run }) => ({
    name,
    aliases,
    short: `Retrieves ${what} for the Envoy in the specified pod`,
    usage: `proxy-config ${name} [<type>/]<name>[.<namespace>] [flags]`,
    flags: [...common, ...flags, ...filters.map((filter): FlagSpec => ({ name: filter, type: "string" }))],
    run,
  })),
};

export { nameParts } from "./clusters.ts";
export { askEnvoy, type ConfigDump, parseDump } from "./dump.ts";
