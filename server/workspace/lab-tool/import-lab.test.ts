import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { importLab } from "./import-lab.ts";

let base: string;
let contentDir: string;
let from: string;
beforeEach(async () => {
  base = await mkdtemp(path.join(tmpdir(), "meshwork-import-"));
  contentDir = path.join(base, "content");
  from = path.join(base, "meet-a-pod");
  await mkdir(path.join(contentDir, "workshops", "basics"), { recursive: true });
  await writeFile(
    path.join(contentDir, "workshops/basics/workshop.yaml"),
    "id: basics\ntitle: B\nsummary: S.\n",
  );
  await mkdir(from);
  const steps = [{ title: "Look", text: "look.md", verify: "verify.sh" }];
  await writeFile(path.join(from, "index.json"), JSON.stringify({ title: "Meet a pod", details: { steps } }));
  await writeFile(path.join(from, "look.md"), "```\nkubectl get pods\n```{{exec}}\n");
  await writeFile(path.join(from, "verify.sh"), "kubectl get pod one\n");
});
afterEach(() => rm(base, { recursive: true }));

const wanted = () => ({ format: "killercoda", from, contentDir, workshop: "basics" }) as const;

it("writes the lab behind the others, with its scripts among the workshop's files", async () => {
  const { file, report } = await importLab(wanted());
  expect(path.relative(contentDir, file)).toBe("workshops/basics/01-meet-a-pod/lab.md");
  expect(await readFile(file, "utf8")).toContain("```bash run\nkubectl get pods\n```");
  const script = path.join(contentDir, "workshops/basics/files/imported/meet-a-pod/check-look.sh");
  expect(await readFile(script, "utf8")).toBe("kubectl get pod one\n");
  expect(report).toHaveLength(1);
});

it("never writes over a lab, and says what is wrong with a folder", async () => {
  await importLab(wanted());
  await expect(importLab(wanted())).rejects.toThrow('there is a lab "meet-a-pod" already');
  await expect(importLab({ ...wanted(), from: path.join(base, "nowhere") })).rejects.toThrow(
    "there is no such folder",
  );
  await expect(importLab({ ...wanted(), workshop: "other" })).rejects.toThrow("there is no workshop.yaml");
});
