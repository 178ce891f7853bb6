import { readFileSync } from "node:fs";
import { loadAll } from "js-yaml";
import {
  isTree,
  type Json,
  OperatorError,
  overlaid,
  type Tree,
} from "../../../cluster/istio/install/index.ts";
import type { ParsedArguments } from "../args.ts";
import { CommandError, notSupported } from "../errors.ts";
import { MAX_OPERATOR_FILE_BYTES, MAX_OPERATOR_FILE_DEPTH } from "./limits.ts";

/** What files (`-f`) and flags (`--set`, `--revision`) say of an IstioOperator's spec. Throws OperatorError, in that order. */
export function readOverlay(args: ParsedArguments): Tree {
  for (const flag of ["manifests", "charts"])
    if (args.text(flag)) throw notSupported(`--${flag}: installing from other charts`);
  const sets = args.all("set").map(parseSet);
  const files = args.all("filename").flatMap((value) => value.split(","));
  const revision = args.text("revision");
  return [
    ...files.map(readOperatorFile),
    ...sets,
    ...(revision && revision !== "default" ? [{ revision }] : []),
  ].reduce<Tree>(overlaid, {});
}

/** `path=value`: a path of names with dots (`\.` for one inside a name) and `[0]` for places in lists. */
export function parseSet(flag: string): Tree {
  const [path = "", value, ...more] = flag.split("=");
  if (value === undefined || more.length > 0)
    throw new OperatorError(`set flag ${flag} has incorrect format, must be path=value`);
  const steps = pathSteps(path.trim().replace(/^spec\./, ""));
  const isText = steps.includes("proxyMetadata") || path === "compatibilityVersion";
  const tree = steps.reduceRight<Json>(
    (inner, step) => (typeof step === "number" ? [...Array<Json>(step).fill({}), inner] : { [step]: inner }),
    isText ? value.trim() : parseValue(value.trim()),
  );
  if (!isTree(tree)) throw new OperatorError(`set flag ${flag} has incorrect format, must be path=value`);
  return tree;
}

/** `a.b\\.c[0].d` → a, b.c, 0, d. */
export function pathSteps(path: string): readonly (string | number)[] {
  return path
    .split(/(?<!\\)\./)
    .flatMap((step) => step.replaceAll("\\.", ".").split(/(?=\[\d+\])/))
    .map((step) => {
      const index = /^\[(\d+)\]$/.exec(step)?.[1];
      return index === undefined ? step : Number(index);
    });
}

/** Refusals of what is to be installed, as a command's. */
export function asCommandError<T>(work: () => T, prefix = ""): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof OperatorError) throw new CommandError(prefix + error.message, { cause: error });
    throw error;
  }
}

/** As Go's ParseInt, ParseFloat and ParseBool would take it, else text (operator/pkg/util ParseValue). */
function parseValue(text: string): Json {
  if (/^[+-]?\d+$/.test(text) || /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) return Number(text);
  if (/^(1|t|T|TRUE|true|True)$/.test(text)) return true;
  if (/^(0|f|F|FALSE|false|False)$/.test(text)) return false;
  return text.replaceAll("\\,", ",");
}

export function readOperatorFile(name: string): Tree {
  const documents = parse(name, readText(name)).filter((one) => one !== undefined && one !== null);
  if (documents.length > 1)
    throw new OperatorError(
      `input file ${name} contains multiple IstioOperator CRs, only one per file is supported`,
    );
  const [document = {}] = documents;
  if (!isTree(document) || depthOf(document) > MAX_OPERATOR_FILE_DEPTH)
    throw new OperatorError(`could not unmarshal ${name}: not an IstioOperator`);
  const { kind = "IstioOperator", spec = {} } = document;
  if (kind !== "IstioOperator" || !isTree(spec))
    throw new OperatorError(
      `could not unmarshal ${name}: kind ${JSON.stringify(kind)} is not an IstioOperator`,
    );
  return spec;
}

function readText(name: string): string {
  try {
    const text = readFileSync(name === "-" ? 0 : name.trim());
    if (text.length > MAX_OPERATOR_FILE_BYTES)
      throw new OperatorError(`${name} is larger than ${MAX_OPERATOR_FILE_BYTES} bytes`);
    return text.toString("utf8");
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
    const why = error.code === "ENOENT" ? "no such file or directory" : error.message;
    throw new OperatorError(`open ${name}: ${why}`, { cause: error });
  }
}

function parse(name: string, text: string): readonly unknown[] {
  try {
    return loadAll(text);
  } catch (error) {
    throw new OperatorError(
      `could not unmarshal ${name}: ${error instanceof Error ? error.message : error}`,
      {
        cause: error,
      },
    );
  }
}

function depthOf(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}
