import { z } from "zod";
import { LabError } from "../lab-error.ts";
import { distinct, type ImportedLab, idOf, lowerHeadings, minutesOf, type SourceFolder } from "./imported.ts";

const page = z.looseObject({
  title: z.string().optional(),
  text: z.string().optional(),
  verify: z.string().optional(),
  foreground: z.string().optional(),
  background: z.string().optional(),
});
const asset = z.looseObject({ file: z.string(), target: z.string(), chmod: z.string().optional() });
const scenario = z.looseObject({
  title: z.string({ error: "index.json has no title" }),
  description: z.string().optional(),
  details: z.looseObject({
    intro: page.optional(),
    steps: z.array(page, { error: "index.json has no steps" }).min(1),
    finish: page.optional(),
    assets: z.record(z.string(), z.array(asset)).optional(),
  }),
  backend: z.looseObject({ imageid: z.string().optional() }).optional(),
  interface: z.looseObject({ layout: z.string().optional() }).optional(),
});

/** A Killercoda scenario: a folder with an index.json. Throws LabError when there is none, or it is not one. */
export function importKillercoda(folder: SourceFolder, name: string): ImportedLab {
  const text = folder.read("index.json");
  if (text === undefined)
    throw new LabError({ file: name }, "there is no index.json; name the folder of one scenario");
  const parsed = scenario.safeParse(json(text, name));
  if (!parsed.success)
    throw new LabError({ file: `${name}/index.json` }, parsed.error.issues[0]?.message ?? "not a scenario");
  const { title, description, details, backend, interface: look } = parsed.data;
  const report: string[] = [];
  const read = (path: string | undefined, what: string): string => {
    if (path === undefined) return "";
    const found = folder.read(path);
    if (found === undefined) report.push(`${what}: ${path} is named, but not there.`);
    return found ?? "";
  };
  const markdown = (path: string | undefined, what: string) => convert(read(path, what), what, report);
  const titles = details.steps.map((step, index) => step.title ?? `Step ${index + 1}`);
  const ids = distinct(titles.map(idOf));
  const steps = details.steps.map((step, index) => {
    const id = ids[index] ?? `step-${index + 1}`;
    for (const kind of ["foreground", "background"] as const)
      if (step[kind])
        report.push(`${id}: its ${kind} script ${step[kind]} is not run; make it a command of the step.`);
    const check = step.verify === undefined ? undefined : read(step.verify, id);
    if (check !== undefined)
      report.push(
        `${id}: ${step.verify} runs as it is; a probe (object, http, pods …) would say what is missing.`,
      );
    return { id, title: titles[index] ?? id, body: markdown(step.text, id), check };
  });
  const prepare = (["foreground", "background"] as const).flatMap((kind) =>
    details.intro?.[kind] ? [read(details.intro[kind], `the intro's ${kind}`)] : [],
  );
  if (backend?.imageid && !backend.imageid.startsWith("kubernetes"))
    report.push(
      `It ran on the image ${backend.imageid}; here it runs in the learner's shell beside a practice cluster.`,
    );
  if (look?.layout) report.push(`Its layout "${look.layout}" is left out.`);
  const intro = [markdown(details.intro?.text, "the intro")];
  const finish = markdown(details.finish?.text, "the finish");
  const last = steps.at(-1);
  if (finish && last) last.body += `\n\n${finish}`;
  return {
    ...{ id: idOf(name), title, summary: (description ?? title).slice(0, 400) },
    intro: intro.join("\n"),
    minutes: minutesOf([...intro, ...steps.map(({ body }) => body)]),
    ...{ steps, prepare, report },
    assets: assetsOf(folder, details.assets ?? {}, report),
  };
}

function json(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new LabError({ file: `${name}/index.json` }, "this is not JSON", { cause: error });
  }
}

/** Files under assets/, which Killercoda copies to hosts; here they stand in the workshop's folder. */
function assetsOf(
  folder: SourceFolder,
  byHost: Readonly<Record<string, readonly z.infer<typeof asset>[]>>,
  report: string[],
): Map<string, string> {
  const files = new Map<string, string>();
  for (const [host, assets] of Object.entries(byHost))
    for (const { file, target } of assets) {
      const pattern = new RegExp(
        `^assets/${escaped(file).replaceAll("\\*\\*", ".*").replaceAll("\\*", "[^/]*")}$`,
      );
      const matching = folder.paths.filter((path) => pattern.test(path));
      for (const path of matching) files.set(path, folder.read(path) ?? "");
      report.push(
        matching.length === 0
          ? `The asset ${file} is named, but not there.`
          : `The asset ${file} went to ${target} on ${host}; here it is imported/…/assets/${file}. Change the text that names it.`,
      );
    }
  return files;
}

const escaped = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");

const FENCE = /^(\s*)(```+|~~~+)([^\n]*)\n([\s\S]*?)\n\1\2[ \t]*(?:\{\{([^}]*)\}\})?[ \t]*$/gm;

/** `code`{{exec}} stays as it is: it is our own; a block with {{exec}} behind it becomes a run block. */
function convert(text: string, what: string, report: string[]): string {
  const blocks = text.replaceAll(
    FENCE,
    (...[whole = "", indent, fence, info, code, action = ""]: string[]) => {
      const language = (info ?? "").trim().replace(/\{.*\}$/, "") || "bash";
      const words = (action ?? "").split(/\s+/).filter(Boolean);
      if (/\{.*\}$/.test((info ?? "").trim())) report.push(`${what}: highlighted lines are left out.`);
      if (!words.some((word) => /^(exec|execute)$/.test(word)))
        return action ? whole.replace(/\{\{[^}]*\}\}[ \t]*$/, "") : whole;
      const more = words.filter((word) => !/^(exec|execute)$/.test(word));
      if (more.length > 0) report.push(`${what}: "${more.join(" ")}" behind a command is left out.`);
      return `${indent}${fence}${/^(sh|shell)?$/.test(language) ? "bash" : language} run\n${code}\n${indent}${fence}`;
    },
  );
  const inline = blocks
    .replaceAll(/\{\{\s*(?:exec|execute)(?:\s[^}]*)?\}\}/g, "{{exec}}")
    .replaceAll(/(`[^`\n]+`)\{\{\s*\}\}/g, "$1");
  for (const [traffic] of inline.matchAll(/\{\{TRAFFIC_[A-Z0-9_]*\}\}/g))
    report.push(
      `${what}: ${traffic} has no counterpart; use $GATEWAY_IP:$INGRESS_PORT, or a pane's link (tab:graph).`,
    );
  return lowerHeadings(inline);
}
