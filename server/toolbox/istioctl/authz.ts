import { readFileSync } from "node:fs";
import type { Command, CommandContext } from "./command.ts";
import { CommandError } from "./errors.ts";
import { entries, field, type Json, list, text } from "./json.ts";
import { askEnvoy, type ConfigDump, parseDump } from "./proxy-config/index.ts";
import { resolvePod } from "./target.ts";
import { table } from "./text/tabwriter.ts";

/** `istioctl experimental authz check`: the policies that a proxy holds. Follows istioctl/pkg/authz. */
export const authz: Command = {
  name: "authz",
  short: "Inspect Istio AuthorizationPolicy",
  subcommands: [
    {
      name: "check",
      short: "Check AuthorizationPolicy applied in the pod.",
      usage: "check [<type>/]<name>[.<namespace>] [flags]",
      flags: [
        {
          name: "file",
          short: "f",
          type: "string",
          usage: "Configuration dump to read instead of asking a pod",
        },
      ],
      run: check,
    },
  ],
};

async function check(context: CommandContext): Promise<void> {
  context.stdout(table(policyRows(await dumpFor(context)), 3));
}

async function dumpFor(context: CommandContext): Promise<ConfigDump> {
  const { args } = context;
  if (args.operands.length > 1) throw new CommandError("check requires only <pod-name>[.<pod-namespace>]");
  const file = args.text("file");
  if (file) {
    try {
      return parseDump(readFileSync(file, "utf8"));
    } catch (error) {
      const reason = error instanceof Error ? error.message : error;
      throw new CommandError(`failed to get config dump from file ${file}: ${reason}`, { cause: error });
    }
  }
  const [target] = args.operands;
  if (!target) throw new CommandError("expecting pod name or config dump, found: 0");
  const pod = await resolvePod(context.access(), target, args.text("namespace"));
  return parseDump(
    await askEnvoy(context, pod, "config_dump").catch((error: unknown) => {
      throw new CommandError(`failed to get config dump from pod ${pod.name} in ${pod.namespace}`, {
        cause: error,
      });
    }),
  );
}

const NAME = /ns\[(.+)\]-policy\[(.+)\]-rule\[(.+)\]/;
const NOBODY = "_anonymous_match_nothing_";

/** A row for each action and policy, with the number of its rules: DENY, ALLOW, LOG. */
export function policyRows(dump: ConfigDump): string[][] {
  const rules = new Map<string, Set<string>>();
  const actions = new Map<string, Set<string>>();
  const add = (action: string, policy: string, rule: string) => {
    actions.set(action, (actions.get(action) ?? new Set()).add(policy));
    rules.set(policy, (rules.get(policy) ?? new Set()).add(rule));
  };
  for (const filter of rbacFilters(dump)) {
    const own = field(filter, "rules");
    // ALLOW is the first of the actions, LOG the last: what is not written is the first.
    const action = text(own, "action") || "ALLOW";
    const policies = entries(field(own, "policies"));
    for (const [key] of policies) {
      const [, namespace = "", name = "", rule = ""] = NAME.exec(key) ?? [];
      add(action, name === "" ? "" : `${name}.${namespace}`, rule);
    }
    if (policies.length === 0) add(action, NOBODY, "0");
  }
  const rows = ["DENY", "ALLOW", "LOG"].flatMap((action) =>
    [...(actions.get(action) ?? [])]
      .sort()
      .map((policy) => [action, policy, String(rules.get(policy)?.size)]),
  );
  return [["ACTION", "AuthorizationPolicy", "RULES"], ...rows];
}

/** Configurations of every RBAC filter, of HTTP and of TCP. */
function rbacFilters(dump: ConfigDump): Json[] {
  const typed = list(dump.section("ListenersConfigDump").dynamicListeners)
    .flatMap((one) => list(field(one, "activeState", "listener", "filterChains")))
    .flatMap((chain) => list(chain.filters))
    .map((filter) => field(filter, "typedConfig"));
  const ofHttp = list(typed)
    .flatMap((config) => list(config.httpFilters))
    .map((filter) => field(filter, "typedConfig"));
  return list([...ofHttp, ...typed]).filter((config) => /\.rbac\.v3\.RBAC$/.test(text(config, "@type")));
}
