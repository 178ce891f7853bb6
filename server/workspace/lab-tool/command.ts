import { existsSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { isLabError, lintLabs, listLabs } from "../../platform/labs/index.ts";
import { importLab } from "./import-lab.ts";
import { junit } from "./junit.ts";
import { limits } from "./limits.ts";
import { makeSnapshots } from "./make-snapshots.ts";
import { newLab } from "./new-lab.ts";
import type { Fault } from "./report.ts";
import { type LabReport, testLabs } from "./test-labs.ts";

/** Said as it is to whoever typed the command. */
export class LabToolError extends Error {}

const usage = `meshwork lab: for those who write labs

  meshwork lab test [LAB …] [--istio 1.21.6,1.29.6] [--solve-only] [--jobs 2] [--junit FILE]
                                     every condition fails before its step and passes after; every output is as shown
  meshwork lab test --kubeconfig FILE --yes [LAB …]
                                     the same on a cluster that runs; labs change it: Istio's objects of all namespaces go
  meshwork lab preview [LAB | FOLDER]
                                     the product over labs that are being written: pages follow the files
  meshwork lab lint                  what a reader would stumble over, with file and line
  meshwork lab new ID [--title TITLE] [--workshop istio-basics]
                                     a lab to begin with, which passes both
  meshwork lab snapshots --out DIR [LAB …] [--istio 1.21.6]
                                     prepared starts, from which workspaces begin within a second (npm start makes them itself)
  meshwork lab import killercoda|instruqt FOLDER [--workshop istio-basics]
                                     a scenario or classic track as a lab, and what could not be carried over
`;

const text = { type: "string" } as const;
const options = {
  istio: text,
  junit: text,
  title: text,
  workshop: text,
  content: text,
  jobs: text,
  out: text,
  kubeconfig: text,
  yes: { type: "boolean" },
  "solve-only": { type: "boolean" },
  /** Ends when its input does: then whoever started it is gone. */
  "with-parent": { type: "boolean" },
} as const;

/** `meshwork lab …`. Resolves with the exit code: 0 all well, 1 faults found. */
export async function runLabTool(args: readonly string[]): Promise<number> {
  const { values, positionals } = parsed(args);
  const [command = "help", ...names] = positionals;
  const contentDir = path.resolve(values.content ?? process.env.MESHWORK_CONTENT_DIR ?? contentBesideUs());
  switch (command) {
    case "test":
      return test(names, { ...values, contentDir });
    case "snapshots":
      return snapshots(names, { ...values, contentDir });
    case "lint":
      return lint(contentDir);
    case "new": {
      const [id, ...more] = names;
      if (id === undefined || more.length > 0) throw new LabToolError(`Name one lab to begin.\n\n${usage}`);
      const { title, workshop = "istio-basics" } = values;
      const file = await newLab({ contentDir, workshop, id, title }).catch(refused);
      say(
        `${path.relative(process.cwd(), file)} is there. Try: meshwork lab lint && meshwork lab test ${id}`,
      );
      return 0;
    }
    case "import":
      return imported(names, { contentDir, workshop: values.workshop ?? "istio-basics" });
    case "help":
      say(usage.trimEnd());
      return 0;
    default:
      throw new LabToolError(`There is no command "meshwork lab ${command}".\n\n${usage}`);
  }
}

interface TestValues {
  readonly contentDir: string;
  readonly istio?: string | undefined;
  readonly junit?: string | undefined;
  readonly jobs?: string | undefined;
  readonly out?: string | undefined;
  readonly kubeconfig?: string | undefined;
  readonly yes?: boolean | undefined;
  readonly "solve-only"?: boolean | undefined;
  readonly "with-parent"?: boolean | undefined;
}

async function chosenLabs(names: readonly string[], contentDir: string): Promise<readonly string[]> {
  const known = (await listLabs({ contentDir }).catch(refused)).map(({ id }) => id);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new LabToolError(
      `There is no lab "${unknown}". The labs are:\n${known.map((id) => `  ${id}`).join("\n")}`,
    );
  return names.length > 0 ? names : known;
}

const beside = (...parts: string[]) => path.join(import.meta.dirname, ...parts);
const programs = () => ({
  clusterCommand: [process.execPath, beside("cluster.mjs")],
  toolboxBin: beside("toolbox", "bin"),
});

async function snapshots(names: readonly string[], values: TestValues): Promise<number> {
  const { contentDir, out, istio = "1.21.6" } = values;
  if (out === undefined) throw new LabToolError(`Name the folder to make them in: --out DIR.\n\n${usage}`);
  const ending = new AbortController();
  process.once("SIGTERM", () => ending.abort());
  if (values["with-parent"]) process.stdin.once("end", () => ending.abort()).resume();
  const labs = await chosenLabs(names, contentDir);
  const { failed } = await makeSnapshots({
    ...{ contentDir, labs, istioVersion: istio, out: path.resolve(out), say },
    ...programs(),
    signal: ending.signal,
  });
  // A command that waits for the cluster that is gone would keep us for its whole time.
  if (ending.signal.aborted) process.exit(0);
  process.stdin.destroy();
  return failed === 0 ? 0 : 1;
}

async function test(names: readonly string[], values: TestValues): Promise<number> {
  const { contentDir } = values;
  const kubeconfig = values.kubeconfig === undefined ? undefined : path.resolve(values.kubeconfig);
  if (kubeconfig !== undefined && !existsSync(kubeconfig))
    throw new LabToolError(`There is no file ${kubeconfig}.`);
  if (kubeconfig !== undefined && !values.yes)
    throw new LabToolError(
      `Labs change the cluster of ${kubeconfig}: they install Istio where it is missing, delete Istio's objects in all namespaces, and make and delete namespaces of their own. Say --yes if that may be.`,
    );
  const reports = await testLabs({
    kubeconfig,
    contentDir,
    labs: await chosenLabs(names, contentDir),
    istioVersions: (values.istio ?? "1.21.6").split(","),
    ...programs(),
    solveOnly: values["solve-only"] === true,
    jobs: jobsOf(values.jobs),
    say,
  });
  if (values.junit !== undefined) writeFileSync(values.junit, junit(reports));
  const faults = reports.flatMap(faultsOf);
  const proved = reports.filter(({ skipped }) => skipped === undefined);
  const left = reports.length - proved.length;
  say(
    `${proved.filter((one) => faultsOf(one).length === 0).length} of ${proved.length} labs are true${left > 0 ? `; ${left} cannot be proved here` : ""}`,
  );
  return faults.length === 0 ? 0 : 1;
}

function jobsOf(text = "2"): number {
  const jobs = Number(text);
  if (!Number.isInteger(jobs) || jobs < 1 || jobs > limits.jobs)
    throw new LabToolError(`--jobs is a number from 1 to ${limits.jobs}, not "${text}".`);
  return jobs;
}

const faultsOf = (report: LabReport): readonly Fault[] => report.steps.flatMap((step) => step.faults);

async function lint(contentDir: string): Promise<number> {
  const findings = await lintLabs({ contentDir }).catch(refused);
  for (const { file, line, problem } of findings)
    say(`${file}${line === undefined ? "" : `:${line}`}: ${problem}`);
  const count = (await listLabs({ contentDir }).catch(() => [])).length;
  say(findings.length === 0 ? `${count} labs, nothing found` : `${findings.length} found`);
  return findings.length === 0 ? 0 : 1;
}

async function imported(
  [name, from, ...more]: readonly string[],
  where: { readonly contentDir: string; readonly workshop: string },
): Promise<number> {
  const format = name === "killercoda" || name === "instruqt" ? name : undefined;
  if (!format || from === undefined || more.length > 0)
    throw new LabToolError(`Name a format and one folder.\n\n${usage}`);
  const { file, report } = await importLab({ ...where, format, from }).catch(refused);
  say(`${path.relative(process.cwd(), file)} is there.`);
  for (const line of report) say(`  ${line}`);
  say("Try: meshwork lab lint");
  return 0;
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw new LabToolError(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`, {
      cause: error,
    });
  }
}

/** dist/workspace.mjs stands beside the content folder's parent. */
function contentBesideUs(): string {
  return path.join(import.meta.dirname, "..", "content");
}

function refused(error: unknown): never {
  if (isLabError(error)) throw new LabToolError(error.message, { cause: error });
  throw error;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
