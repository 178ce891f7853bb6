import type { FlagSpec } from "../args.ts";
import type { Command, CommandContext } from "../command.ts";
import { all, bootstrap } from "./all.ts";
import { clusters } from "./clusters.ts";
import { ecds } from "./ecds.ts";
import { endpoints } from "./endpoints.ts";
import { listeners } from "./listeners.ts";
import { log } from "./log.ts";
import { compareRoots } from "./roots.ts";
import { routes } from "./routes.ts";
import { secrets } from "./secrets.ts";

interface Part {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly what: string;
  readonly flags?: readonly FlagSpec[];
  run(context: CommandContext): Promise<void>;
}

const filter = (name: string, usage: string): FlagSpec => ({ name, usage, type: "string" });
const port: FlagSpec = { name: "port", type: "int", usage: "Show only what has this port" };
const verbose: FlagSpec = { name: "verbose", type: "bool", usage: "Show more (true when left out)" };
const address = filter("address", "Show only what has this address");

const clusterFlags: readonly FlagSpec[] = [
  filter("fqdn", "Show only clusters with this in their service's name"),
  filter("direction", "Show only clusters of this direction: inbound, outbound"),
  filter("subset", "Show only clusters with this in their subset's name"),
  port,
];
const type = filter("type", "Show only listeners of this type: HTTP, TCP, HTTP+TCP");
const name = filter("name", "Show only the route table of this name");

const parts: readonly Part[] = [
  {
    name: "all",
    aliases: ["a"],
    what: "all configuration",
    flags: [...clusterFlags, address, type, name, verbose],
    run: all,
  },
  { name: "bootstrap", aliases: ["b"], what: "bootstrap configuration", run: bootstrap },
  {
    name: "cluster",
    aliases: ["clusters", "c"],
    what: "cluster configuration",
    flags: clusterFlags,
    run: clusters,
  },
  { name: "ecds", aliases: ["ec"], what: "typed extension configuration", run: ecds },
  {
    name: "endpoint",
    aliases: ["endpoints", "ep"],
    what: "endpoint configuration",
    flags: [
      address,
      port,
      filter("cluster", "Show only endpoints of this cluster"),
      filter("status", "Show only endpoints of this health, e.g. healthy"),
    ],
    run: endpoints,
  },
  {
    name: "listener",
    aliases: ["listeners", "l"],
    what: "listener configuration",
    flags: [address, type, port, verbose],
    run: listeners,
  },
  {
    name: "log",
    aliases: ["o"],
    what: "logging levels",
    flags: [
      filter("level", "Levels to set: one for all, or LOGGER:LEVEL, by commas"),
      { name: "reset", short: "r", type: "bool", usage: "Set all levels to warning" },
      { ...filter("selector", "Labels of the pods"), short: "l" },
    ],
    run: log,
  },
  {
    name: "route",
    aliases: ["routes", "r"],
    what: "route configuration",
    flags: [name, verbose],
    run: routes,
  },
  { name: "secret", aliases: ["secrets", "s"], what: "secret configuration", run: secrets },
];

const common: readonly FlagSpec[] = [
  { name: "output", short: "o", type: "string", usage: "One of json, yaml, short" },
  { name: "file", short: "f", type: "string", usage: "Configuration dump to read instead of asking a pod" },
];

const rootcaCompare: Command = {
  name: "rootca-compare",
  aliases: ["rc"],
  short: "Compare ROOTCA values for the two given pods",
  usage: "rootca-compare [pod/]<name-1>[.<namespace-1>] [pod/]<name-2>[.<namespace-2>] [flags]",
  run: compareRoots,
};

export const proxyConfig: Command = {
  name: "proxy-config",
  aliases: ["pc"],
  short: "Retrieve information about proxy configuration from Envoy",
  subcommands: [
    ...parts.map(
      ({ name: part, aliases, what, flags = [], run }): Command => ({
        name: part,
        aliases,
        short: `Retrieves ${what} for the Envoy in the specified pod`,
        usage: `${part} [<type>/]<name>[.<namespace>] [flags]`,
        flags: [...common, ...flags],
        run,
      }),
    ),
    rootcaCompare,
  ],
};

export { nameParts } from "./clusters.ts";
export { askEnvoy, type ConfigDump, parseDump } from "./dump.ts";
