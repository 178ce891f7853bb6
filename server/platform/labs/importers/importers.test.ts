import { afterEach, describe, expect, it } from "vitest";
import { lintLabs, listLabs, loadLab, loadLabProof } from "../labs.ts";
import { contentFolder } from "../testing/content-folder.ts";
import { type ImportedLab, labFiles, type SourceFolder } from "./imported.ts";
import { importInstruqt } from "./instruqt.ts";
import { importKillercoda } from "./killercoda.ts";

// Written for these tests in the other platforms' formats, not anybody's own scenarios.

const folder = (files: Readonly<Record<string, string>>): SourceFolder => ({
  paths: Object.keys(files),
  read: (path) => files[path],
});

const removals: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const remove of removals.splice(0)) await remove();
});

/** What our own engine makes of the import: parsed, linted, with its conditions and solutions. */
async function taken(lab: ImportedLab) {
  const { text, files, report } = labFiles(lab);
  const below = Object.fromEntries(
    [...files].map(([path, content]) => [`workshops/basics/files/${path}`, content]),
  );
  const content = await contentFolder({ [`workshops/basics/01-${lab.id}/lab.md`]: text, ...below });
  removals.push(content.remove);
  const options = { contentDir: content.dir };
  const [summary] = await listLabs(options);
  const proof = await loadLabProof(lab.id, options);
  const definition = await loadLab(lab.id, options);
  if (!proof || !definition) throw new Error(`${lab.id} is not there`);
  return { text, files, report, summary, proof, definition, findings: await lintLabs(options) };
}

const scenario = folder({
  "index.json": JSON.stringify({
    title: "Meet a pod",
    description: "Start one, look at it.",
    details: {
      intro: { text: "intro.md", foreground: "wait.sh" },
      steps: [
        { title: "Start it", text: "one/step.md", verify: "one/verify.sh" },
        { title: "Start it", text: "two.md", background: "two.sh" },
      ],
      finish: { text: "finish.md" },
      assets: {
        host01: [
          { file: "pod.yaml", target: "/root" },
          { file: "*.txt", target: "/tmp" },
        ],
      },
    },
    backend: { imageid: "ubuntu" },
    interface: { layout: "ide" },
  }),
  "intro.md": "# Welcome\n\nWe start **one** pod.",
  "wait.sh": "echo waiting\n",
  "one/step.md":
    "## Now\n\nRun `kubectl get nodes`{{exec}} or `ls`{{}}.\n\n```\nkubectl run one --image=pause\n# not a heading\n```{{exec interrupt}}\n\n```yaml{2,5-7}\na: b\n```{{copy}}\n\nOpen {{TRAFFIC_HOST1_80}}.",
  "one/verify.sh": "#!/bin/bash\nkubectl get pod one\n",
  "two.md": "Nothing to do.",
  "two.sh": "true",
  "finish.md": "Well done.",
  "assets/pod.yaml": "kind: Pod\n",
});

describe("a Killercoda scenario", () => {
  it("becomes a lab that our engine takes", async () => {
    const { text, files, summary, proof, definition } = await taken(importKillercoda(scenario, "meet-a-pod"));
    expect(summary).toMatchObject({
      id: "meet-a-pod",
      title: "Meet a pod",
      summary: "Start one, look at it.",
    });
    expect(summary?.steps.map(({ id, conditions }) => [id, conditions])).toEqual([
      ["start-it", 1],
      ["start-it-2", 0],
    ]);
    expect([...files.keys()]).toEqual([
      "imported/meet-a-pod/assets/pod.yaml",
      "imported/meet-a-pod/prepare-1.sh",
      "imported/meet-a-pod/check-start-it.sh",
    ]);
    expect(definition.prepare.commands).toEqual(["bash imported/meet-a-pod/prepare-1.sh"]);
    expect(proof.steps[0]?.runBlocks.map(({ command }) => command)).toEqual([
      "kubectl run one --image=pause\n# not a heading",
    ]);
    expect(text).toContain("`kubectl get nodes`{{exec}} or `ls`.");
    expect(text).toContain("### Now");
    expect(text).toContain("Well done.");
  });

  it("says what could not be carried over", () => {
    expect(importKillercoda(scenario, "meet-a-pod").report).toEqual([
      "start-it: one/verify.sh runs as it is; a probe (object, http, pods …) would say what is missing.",
      'start-it: "interrupt" behind a command is left out.',
      "start-it: highlighted lines are left out.",
      "start-it: {{TRAFFIC_HOST1_80}} has no counterpart; use $GATEWAY_IP:$INGRESS_PORT, or a pane's link (tab:graph).",
      "start-it-2: its background script two.sh is not run; make it a command of the step.",
      "It ran on the image ubuntu; here it runs in the learner's shell beside a practice cluster.",
      'Its layout "ide" is left out.',
      "The asset pod.yaml went to /root on host01; here it is imported/…/assets/pod.yaml. Change the text that names it.",
      "The asset *.txt is named, but not there.",
    ]);
  });

  it("of one step on Kubernetes, without any script, has nothing to report", async () => {
    const plain = folder({
      "index.json": JSON.stringify({
        title: "Look",
        details: { steps: [{ title: "Look", text: "look.md" }] },
        backend: { imageid: "kubernetes-kubeadm-1node" },
      }),
      "look.md": "```sh\nkubectl get pods -A\n```{{execute}}\n",
    });
    const { report, proof } = await taken(importKillercoda(plain, "look"));
    expect(report).toEqual([]);
    expect(proof.steps[0]?.runBlocks[0]?.command).toBe("kubectl get pods -A");
  });

  it.each([
    [{}, "there is no index.json; name the folder of one scenario"],
    [{ "index.json": "{" }, "this is not JSON"],
    [{ "index.json": "{}" }, "index.json has no title"],
    [{ "index.json": '{"title":"x","details":{}}' }, "index.json has no steps"],
  ])("that is none is refused: %j", (files, problem) => {
    expect(() => importKillercoda(folder(files), "x")).toThrow(problem);
  });
});

const track = folder({
  "track.yml":
    "slug: mesh-basics\ntitle: Mesh basics\nteaser: |\n  Two challenges.\ndescription: Read, run, answer.\n",
  "config.yml": "version: '3'\n",
  "track_scripts/setup-shell": "#!/bin/bash\nkubectl create ns demo\n",
  "track_scripts/cleanup-shell": "true",
  "01-label/assignment.md": [
    "---",
    "slug: label-it",
    "type: challenge",
    "title: Label the namespace",
    "tabs:",
    "- {title: Shell, type: terminal, hostname: shell}",
    "- {title: Kiali, type: service, port: 20001}",
    "- {title: Wiki, type: website, url: https://example.org}",
    "notes:",
    "- {type: video, url: https://example.org}",
    "---",
    'Go to the [button label="Shell"](tab-0), then the [graph](tab-1) and the [wiki](tab-2).',
    "",
    "```bash,run",
    "kubectl label ns demo istio-injection=enabled",
    "```",
    "",
    "> [!NOTE]",
    "> Injection happens when a pod is made.",
    "",
    'See [the next](section--answer) on [[ Instruqt-Var key="HOST" hostname="shell" ]].',
    "",
  ].join("\n"),
  "01-label/check-shell":
    '#!/bin/bash\nset -e\nif ! kubectl get ns demo -L istio-injection | grep enabled; then\n  fail-message "The namespace demo has no label."\nfi\n',
  "01-label/solve-shell":
    "#!/bin/bash\nagent variable set A b\nkubectl label ns demo istio-injection=enabled\n",
  "01-label/setup-shell": "true",
  "02-answer/assignment.md":
    "---\nslug: answer\ntype: quiz\ntitle: When is a sidecar added?\nanswers:\n- When the namespace is labelled\n- When a pod is made\nsolution:\n- 1\n---\nThink first.\n",
});

describe("an Instruqt track", () => {
  it("becomes a lab that our engine takes: challenges, checks with their words, solutions, a quiz", async () => {
    const { text, files, summary, definition, findings } = await taken(importInstruqt(track, "mesh"));
    expect(summary).toMatchObject({ id: "mesh-basics", title: "Mesh basics", summary: "Two challenges." });
    expect(summary?.steps.map(({ id }) => id)).toEqual(["label-it", "answer"]);
    const [condition] = definition.steps[0]?.conditions ?? [];
    expect(condition).toMatchObject({ message: "The namespace demo has no label." });
    expect(definition.steps[0]?.solve).toEqual(["bash imported/mesh-basics/solve-label-it.sh"]);
    expect(files.get("imported/mesh-basics/check-label-it.sh")).toContain(
      '#!/bin/bash\nfail-message() { echo "$*" >&2; exit 1; }\nset -e\n',
    );
    expect(text).toContain("Go to the [Shell](tab:terminal), then the [graph](tab:graph) and the **wiki**.");
    expect(text).toContain("```bash run\nkubectl label ns demo istio-injection=enabled\n```");
    expect(text).toContain(":::note\nInjection happens when a pod is made.\n:::");
    expect(text).toContain("[the next](#answer)");
    expect(text).toContain("- [x] When a pod is made");
    expect(findings.filter(({ problem }) => /unknown|not known/.test(problem))).toEqual([]);
  });

  it("says what could not be carried over", () => {
    expect(importInstruqt(track, "mesh").report).toEqual([
      "label-it: its check script runs as it is; a probe would say what is missing.",
      "label-it: 01-label/setup-shell is not run; make it a command of the step before.",
      "label-it: a note of type video is left out.",
      'label-it: the tab "Wiki" has no counterpart; its button is plain text now.',
      'label-it: [[ Instruqt-Var key="HOST" hostname="shell" ]] has no counterpart; write the value, or a command that prints it.',
      '01-label/solve-shell: "agent variable" has no counterpart; write a file instead.',
      "track_scripts/cleanup-shell is left out: a lab is left by opening another, which starts from its own prerequisites.",
      "config.yml is left out: containers and machines are the learner's shell and the practice cluster here.",
    ]);
  });

  it.each([
    [{}, "there is no track.yml; name the folder of one track"],
    [{ "track.yml": "title: x" }, "there is no NN-name/assignment.md in it"],
    [{ "track.yml": "teaser: x" }, "track.yml has no title"],
    [{ "track.yml": "a: [", "01-a/assignment.md": "" }, "this is not YAML"],
    [{ "track.yml": "title: x", "01-a/assignment.md": "no front matter" }, "expected object"],
  ])("that is none is refused: %j", (files, problem) => {
    expect(() => importInstruqt(folder(files), "x")).toThrow(problem);
  });
});
