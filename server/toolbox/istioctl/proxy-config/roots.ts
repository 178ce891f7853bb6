import type { CommandContext } from "../command.ts";
import { CommandError } from "../errors.ts";
import { list, text } from "../json.ts";
import { resolvePod } from "../target.ts";
import { askEnvoy, parseDump } from "./dump.ts";
import { secretsOf } from "./secrets.ts";

/** `proxy-config rootca-compare`: whether two proxies trust the same root. */
export async function compareRoots(context: CommandContext): Promise<void> {
  const { operands } = context.args;
  if (operands.length !== 2) throw new CommandError("rootca-compare requires 2 pods as an argument");
  const found = await Promise.all(
    operands.map(async (target) => {
      const pod = await resolvePod(context.access(), target, context.args.text("namespace"));
      return {
        name: `${pod.name}.${pod.namespace}`,
        root: rootOf(await askEnvoy(context, pod, "config_dump")),
      };
    }),
  );
  const [first, second] = found;
  const pods = `Both [${first?.name}] and [${second?.name}] have the`;
  if (first?.root !== second?.root)
    throw new CommandError(
      `${pods} non identical ROOTCA, theoretically the connectivity between them is unavailable`,
    );
  // stderr, where cobra's Println goes.
  context.stderr(`${pods} identical ROOTCA, theoretically the connectivity between them is available\n`);
}

function rootOf(dump: string): string {
  const secrets = list(secretsOf(parseDump(dump)).dynamicActiveSecrets);
  const root = secrets.find((secret) => text(secret, "name") === "ROOTCA");
  if (!root) throw new CommandError("can not find ROOTCA from secret");
  return text(root, "secret", "validationContext", "trustedCa", "inlineBytes");
}
