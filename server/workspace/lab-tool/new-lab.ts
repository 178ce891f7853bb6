import { existsSync } from "node:fs";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { LabError, listLabs } from "../../platform/labs/index.ts";

export interface NewLab {
  readonly contentDir: string;
  readonly workshop: string;
  readonly id: string;
  readonly title: string | undefined;
}

/** Begins a lab behind the others of its workshop. What it writes is a true lab already. */
export async function newLab({ contentDir, workshop, id, title }: NewLab): Promise<string> {
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(id) || id.length > 80)
    throw new LabError({ file: id }, "a lab's id is lower-case words with dashes, e.g. retry-budgets");
  const dir = path.join(contentDir, "workshops", workshop);
  if (!existsSync(path.join(dir, "workshop.yaml")))
    throw new LabError({ file: dir }, "there is no workshop.yaml; name another workshop with --workshop");
  if ((await listLabs({ contentDir })).some((lab) => lab.id === id))
    throw new LabError({ file: dir }, `there is a lab "${id}" already`);
  const numbers = (await readdir(dir)).map((name) => Number(/^(\d\d)-/.exec(name)?.[1] ?? 0));
  const number = String(Math.max(0, ...numbers) + 1).padStart(2, "0");
  const folder = path.join(dir, `${number}-${id}`);
  await mkdir(folder);
  const file = path.join(folder, "lab.md");
  await writeFile(file, template(id, title ?? titleOf(id)));
  return file;
}

function titleOf(id: string): string {
  const words = id.replaceAll("-", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

const template = (id: string, title: string) => `---
id: ${id}
title: ${JSON.stringify(title)}
summary: One or two sentences; what a learner can do afterwards.
minutes: 5
prepare:
  istioProfile: demo
  commands:
    - kubectl create namespace workbench --dry-run=client -o yaml | kubectl apply -f -
checks:
  first-step:
    - id: labelled
      title: The namespace workbench asks for sidecars
      message: The namespace workbench has no label istio-injection=enabled.
      next: Run the command of this step.
      object: { apiVersion: v1, kind: Namespace, name: workbench, path: metadata.labels.istio-injection, equals: enabled }
breaks:
  first-step:
    - condition: labelled
      run: kubectl label namespace workbench istio-injection-
      finding: not set
---

# ${title}

Why this matters, in two or three sentences. What you will do.

## The first step {#first-step}

Say why before how. What do you expect this to change?

\`\`\`bash run
kubectl label namespace workbench istio-injection=enabled --overwrite
\`\`\`

\`\`\`bash run
kubectl get namespace workbench -L istio-injection
\`\`\`

\`\`\`output
NAME        STATUS   AGE   ISTIO-INJECTION
workbench   Active   <age>   enabled
\`\`\`

:::hint[The common mistake]
Name it here, with what it looks like.
:::

**Look at the graph.** Say what to see in [the graph](tab:graph).

:::quiz[What does the label change for pods that run already?]
- [ ] They get a sidecar at once

  No: injection happens when a pod is made.

- [x] Nothing, until they are made again

  Right: the webhook only sees pods on their way in.
:::
`;
