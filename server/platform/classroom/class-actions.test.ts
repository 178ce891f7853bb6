import { afterAll, beforeAll, expect, it, vi } from "vitest";
import type { ClassActionRequest, LabAction } from "../../contracts/index.ts";
import type { ActedOn } from "./class-actions.ts";
import { openSchool, type School } from "./testing/school.ts";

let school: School;
let id = "";
const lab = "secure-services-mtls";
const done: [string, LabAction | string][] = [];
/** While it is set, applying waits for it. */
let held: Promise<void> | undefined;
const workspaceOf = (learner: string): ActedOn => ({
  act: async (action) => void done.push([learner, action]),
  previewAction: async () => ({
    commands: ["kubectl apply -f strict.yaml"],
    notes: ["Files stay."],
    lost: [],
  }),
  async apply(text) {
    await held;
    done.push([learner, text]);
    return learner === "ben"
      ? { applied: false, output: "error: no matches for kind" }
      : { applied: true, output: "peerauthentication.security.istio.io/default created" };
  },
  diff: async () => ({ kind: "different", diff: "+  mode: STRICT" }),
});
beforeAll(async () => {
  school = await openSchool();
  await school.db.ensureLearner({ id: "ines", name: "Ines", role: "instructor" });
  for (const learner of ["ada", "ben", "cleo", "eve"])
    await school.db.ensureLearner({ id: learner, name: learner, role: "learner" });
  const { life } = school.classroom;
  const wanted = { name: "Monday", workshop: "istio-basics", istioVersion: "1.21.6", language: "en" };
  id = (await life.create("ines", wanted)).id;
  for (const learner of ["ada", "ben", "cleo"]) await school.db.classes.join(id, learner);
  await life.move("ines", { class: id, to: "open" });
  for (const learner of ["ada", "ben", "eve"]) school.workspaces.set(learner, workspaceOf(learner));
});
afterAll(() => school.close());

const manifest = "kind: PeerAuthentication";
const learners = ["ada", "ben", "cleo"];

it("[CA1] is shown first, by the first workspace that runs, and counts whom it reaches", async () => {
  const { actions } = school.classroom;
  expect(await actions.preview("ines", { class: id, learners, action: { kind: "apply", manifest } })).toEqual(
    {
      ...{ reached: 2, notRunning: 1, sample: "+  mode: STRICT" },
      notes: ["The difference it makes in the first learner's cluster."],
    },
  );
  expect(await actions.preview("ines", { class: id, learners, action: { kind: "reset", lab } })).toEqual({
    ...{ reached: 2, notRunning: 1, sample: "kubectl apply -f strict.yaml", notes: ["Files stay."] },
  });
  expect(done).toEqual([]);
});

it("[CA2] tells each learner's outcome and writes a row for each", async () => {
  let go: () => void = () => undefined;
  held = new Promise((resolve) => {
    go = resolve;
  });
  const audits = vi.spyOn(school.db, "audit");
  await school.classroom.actions.start("ines", { class: id, learners, action: { kind: "apply", manifest } });
  await expect(
    school.classroom.actions.start("ines", { class: id, learners, action: { kind: "apply", manifest } }),
  ).rejects.toThrow("The last action in this class is still being carried out.");
  go();
  await vi.waitFor(() => expect(school.sent.actions.at(-1)?.finished).toBe(true), 5_000);
  const last = school.sent.actions.at(-1);
  expect([...(last?.results ?? [])].sort((one, other) => one.learner.localeCompare(other.learner))).toEqual([
    { learner: "ada", outcome: "done", said: "peerauthentication.security.istio.io/default created" },
    { learner: "ben", outcome: "refused", said: "error: no matches for kind" },
    { learner: "cleo", outcome: "not-running", said: "The workspace does not run." },
  ]);
  expect(
    audits.mock.calls
      .map(([entry]) => [entry.actor, entry.action, entry.subject, entry.detail?.outcome])
      .sort(),
  ).toEqual([
    ["ines", "class-apply", "ada", "done"],
    ["ines", "class-apply", "ben", "refused"],
    ["ines", "class-apply", "cleo", "not-running"],
  ]);
});

it("[CA3] reaches nobody of another class, and is nobody's but the class's instructor's", async () => {
  const before = done.length;
  const request: ClassActionRequest = {
    ...{ class: id, learners: ["ada", "eve"] },
    action: { kind: "reset", lab },
  };
  await expect(school.classroom.actions.start("ines", request)).rejects.toThrow(
    "One of them does not learn in this class.",
  );
  await expect(school.classroom.actions.start("ada", request)).rejects.toThrow(
    "There is no such class for you.",
  );
  await expect(school.classroom.actions.preview("ada", request)).rejects.toThrow(
    "There is no such class for you.",
  );
  expect(done).toHaveLength(before);
});

it("[CP4] the gate lets through what stands before it, and says why not what stands after", async () => {
  const { classroom } = school;
  await classroom.life.gate("ines", { class: id, lab });
  await classroom.admitTo("ada", lab);
  await classroom.admitTo("ada", "install-istio");
  await expect(classroom.admitTo("ada", "control-traffic")).rejects.toThrow(
    'Your class stays at "Secure services with mutual TLS" for now. Your instructor opens what comes after it.',
  );
  await classroom.admitTo("eve", "control-traffic");
  await classroom.life.gate("ines", { class: id, lab: null });
  await classroom.admitTo("ada", "control-traffic");
});
