import { readdirSync, statSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { parseDocuments, readSource, several } from "./analyze/index.ts";
import type { Command, CommandContext } from "./command.ts";
import { CommandError } from "./errors.ts";
import { entries, field, type Json, list, text } from "./json.ts";
import { isIstioKind, validate as validateConfig, warningText } from "./validation/index.ts";

const EXTENSIONS = [".json", ".yaml", ".yml"];

/** `istioctl validate`. Follows istioctl/pkg/validate; fields that a kind does not have are not looked for. */
export const validate: Command = {
  name: "validate",
  aliases: ["v"],
  short: "Validate Istio policy and rules files",
  usage: "validate -f FILENAME [options] [flags]",
  flags: [
    {
      name: "filename",
      short: "f",
      type: "string",
      usage: "Files and folders to validate; - is the standard input",
    },
    { name: "referential", short: "x", type: "bool", usage: "Has no effect" },
  ],
  run,
};

const NO_FILE =
  "error: you must specify resources by --filename.\nExample resource specifications include:\n   '-f rsrc.yaml'\n   '--filename=rsrc.json'";

interface Verdict {
  readonly errors: string[];
  readonly warnings: string[];
}

async function run(context: CommandContext): Promise<void> {
  const { args } = context;
  if (args.operands.length > 0)
    throw new CommandError(`unknown command "${args.operands[0]}" for "istioctl validate"`);
  const names = args.all("filename").flatMap((name) => name.split(","));
  if (names.length === 0) throw new CommandError(NO_FILE);
  const errors: string[] = [];
  const files = names.flatMap((name) => filesOf(name, errors));
  const verdicts = new Map(files.map((file) => [file, verdictOf(context, file)]));
  for (const verdict of verdicts.values()) errors.push(...verdict.errors);
  for (const [file, { warnings }] of verdicts) {
    const warned = warnings.length > 0 ? `\n\t${warnings.map((one) => `* ${one}`).join("\n\t")}\n` : "";
    // Of what was right nothing is said beside what was not. stderr, as cobra's OutOrStderr.
    if (warned) context.stderr(file === "-" ? warned : `${JSON.stringify(file)} has warnings: ${warned}\n`);
    else if (errors.length === 0)
      context.stderr(file === "-" ? "validation succeed\n" : `${JSON.stringify(file)} is valid\n`);
  }
  if (errors.length > 0) throw new CommandError(several(errors));
}

function filesOf(name: string, errors: string[]): string[] {
  if (name === "-") return [name];
  try {
    if (!statSync(name).isDirectory()) return [name];
  } catch {
    errors.push(`cannot stat file ${JSON.stringify(name)}: stat ${name}: no such file or directory`);
    return [];
  }
  return readdirSync(name, { recursive: true, encoding: "utf8" })
    .sort()
    .map((file) => path.join(name, file))
    .filter((file) => EXTENSIONS.includes(path.extname(file)));
}

const head = z.looseObject({ kind: z.string().default(""), apiVersion: z.string().default("") });

function verdictOf(context: CommandContext, file: string): Verdict {
  const { documents, problems } = parseDocuments(readSource(file));
  const verdict: Verdict = {
    errors: problems.map((problem) => `failed to decode file ${file}: ${problem.replace(/^\[\d+\]: /, "")}`),
    warnings: [],
  };
  for (const { value } of documents) {
    const object = head.safeParse(value);
    if (object.success) validateObject(context, object.data, verdict);
  }
  return verdict;
}

function validateObject(context: CommandContext, object: Json, verdict: Verdict): void {
  const items = list(object.items);
  if (object.kind === "List") {
    for (const item of items) validateObject(context, item, verdict);
    return;
  }
  const [kind, apiVersion] = [text(object, "kind"), text(object, "apiVersion")];
  const [name, namespace] = [text(object, "metadata", "name"), text(object, "metadata", "namespace")];
  const prefixed = (message: string) => `${kind}/${namespace}/${name}: ${message}`;
  const own = { name, namespace };
  if (isIstioKind(apiVersion, kind)) {
    const found = istioVerdict(context, object, own);
    verdict.errors.push(...found.errors.map(prefixed));
    verdict.warnings.push(...found.warnings.map(prefixed));
  } else if (namespace === context.istioNamespace) return;
  else if (kind === "Service") verdict.errors.push(...portNames(context, object, own).map(prefixed));
  else if (kind === "Deployment") labels(context, object, own);
}

interface Own {
  readonly name: string;
  readonly namespace: string;
}

const FIELDS = ["apiVersion", "kind", "metadata", "spec", "status"];

function istioVerdict(context: CommandContext, object: Json, { name, namespace }: Own): Verdict {
  const unknown = Object.keys(object).filter((key) => !FIELDS.includes(key));
  if (unknown.length > 0) return { errors: unknown.map((key) => `unknown field "${key}"`), warnings: [] };
  const { errors, warnings } = validateConfig({
    kind: text(object, "kind"),
    name,
    namespace: namespace || context.args.text("namespace") || "default",
    spec: Object.fromEntries(entries(object.spec)),
  });
  return { errors: [...errors], warnings: warnings.map(warningText) };
}

const documentation = ({ version }: CommandContext): string =>
  `https://istio.io/v${version.split(".").slice(0, 2).join(".")}/docs/ops`;

const PROTOCOLS = "tcp udp grpc grpc-web http http_proxy http2 https tls mongo redis mysql".split(" ");

function portNames(context: CommandContext, service: Json, { name, namespace }: Own): string[] {
  const who = JSON.stringify(`${name}/${namespace}/:`);
  const see = `See ${documentation(context)}/deployment/requirements/`;
  const isNamed = (port: string) => PROTOCOLS.includes(port.toLowerCase().split("-")[0] ?? "");
  return list(field(service, "spec", "ports")).flatMap((port) => {
    if (text(port, "protocol").toUpperCase() === "UDP") return [];
    const said = port.appProtocol;
    if (said !== undefined)
      return PROTOCOLS.includes(String(said).toLowerCase())
        ? []
        : [
            `service ${who} doesn't follow Istio protocol selection. This is not recommended, See ${documentation(context)}/configuration/traffic-management/protocol-selection/`,
          ];
    if (port.name === undefined)
      return [`service ${who} has an unnamed port. This is not recommended, ${see}`];
    if (isNamed(text(port, "name"))) return [];
    return [
      `service ${who} port ${JSON.stringify(port.name)} does not follow the Istio naming convention. ${see}`,
    ];
  });
}

const NAME_LABELS = ["service.istio.io/canonical-name", "app.kubernetes.io/name", "app"];
const REVISION_LABELS = ["service.istio.io/canonical-revision", "app.kubernetes.io/version", "version"];

function labels(context: CommandContext, deployment: Json, { name, namespace }: Own): void {
  const own = entries(field(deployment, "spec", "template", "metadata", "labels"));
  const has = (wanted: readonly string[]) => own.some(([key]) => wanted.includes(key));
  if (has(NAME_LABELS) && has(REVISION_LABELS)) return;
  const shown = own
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`);
  context.stderr(
    `deployment ${JSON.stringify(`${name}/${namespace}:`)} may not provide Istio metrics and telemetry labels: map[${shown.join(" ")}]. See ${documentation(context)}/deployment/requirements/\n`,
  );
}
