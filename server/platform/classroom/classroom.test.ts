import { appendFileSync, readFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { openSchool, type School } from "./testing/school.ts";

let school: School;
let monday = "";
beforeAll(async () => {
  school = await openSchool();
  const people = [
    ["root", "owner"],
    ["ines", "instructor"],
    ["otto", "instructor"],
    ["ada", "learner"],
    ["ben", "learner"],
  ] as const;
  for (const [id, role] of people) await school.db.ensureLearner({ id, name: id, role });
});
afterAll(() => school.close());

const wanted = { workshop: "istio-basics", istioVersion: "1.29.6", language: "en" };
const lab = "secure-services-mtls";

describe("[CL1] a class", () => {
  it("is made of what this server has, and of nothing else", async () => {
    const { life } = school.classroom;
    const refused = (part: object) => life.create("ines", { ...wanted, name: "x", ...part });
    await expect(refused({ istioVersion: "1.0.0" })).rejects.toThrow(
      "Istio 1.0.0 is not practised here; there is 1.21.6 and 1.29.6.",
    );
    await expect(refused({ workshop: "none" })).rejects.toThrow(
      'There is no workshop "none" on this server.',
    );
    await expect(refused({ language: "xx" })).rejects.toThrow('There is no text in "xx".');
    await expect(refused({ startsAt: 2, endsAt: 1 })).rejects.toThrow("A class ends after it starts.");
    const made = await life.create("ines", { ...wanted, name: "Monday", endsAt: school.now + 3_600_000 });
    monday = made.id;
    expect(made).toEqual({
      ...{ ...wanted, id: monday, name: "Monday", state: "planned", endsAt: school.now + 3_600_000 },
      ...{ pauses: [], warmMinutes: 10, contentChanged: false, learners: 0, connected: 0 },
    });
  });

  it("[CL2] is its instructor's and the owner's; everybody else hears the same as of one that is not there", async () => {
    const { life } = school.classroom;
    const ids = async (viewer: string) => (await life.list(viewer)).map(({ id }) => id);
    expect([await ids("ines"), await ids("otto"), await ids("root")]).toEqual([[monday], [], [monday]]);
    for (const stranger of ["otto", "ada", "nobody"]) {
      const tries = [
        life.change(stranger, { class: monday, name: "mine" }),
        life.move(stranger, { class: monday, to: "open" }),
        life.gate(stranger, { class: monday, lab }),
        life.pause(stranger, { class: monday, paused: true }),
        life.extend(stranger, { class: monday, minutes: 5 }),
        life.removeLearner(stranger, { class: monday, learner: "ada" }),
        school.classroom.taught(stranger, monday),
      ];
      for (const attempt of tries) await expect(attempt).rejects.toThrow("There is no such class for you.");
    }
    await expect(life.move("ines", { class: "c-0", to: "open" })).rejects.toThrow(
      "There is no such class for you.",
    );
    // A membership alone does not make an instructor: the role does, too.
    await school.db.classes.join(monday, "ada");
    await expect(school.classroom.taught("ada", monday)).rejects.toThrow("There is no such class");
  });

  it("[CL3] pins the labs when it opens: a change on the disk is noticed, and read by nobody of the class", async () => {
    const { life } = school.classroom;
    await school.db.classes.join(monday, "ben");
    school.connected.add("ada");
    const open = await life.move("ines", { class: monday, to: "open" });
    expect(open).toMatchObject({
      state: "open",
      openedAt: school.now,
      contentChanged: false,
      learners: 2,
      connected: 1,
    });
    expect(school.sent.placed).toEqual(["ada", "ben"]);
    expect(school.sent.own.at(-1)).toEqual([
      "ada",
      { id: monday, name: "Monday", endsAt: school.now + 3_600_000, paused: false },
    ]);
    const source = await school.classroom.sourceFor("ada");
    expect(source).toEqual({
      contentDir: path.join(school.pinsDir, open.contentDigest ?? ""),
      istioVersion: "1.29.6",
    });
    expect(await school.classroom.sourceFor("otto")).toEqual({
      contentDir: school.contentDir,
      istioVersion: "1.21.6",
    });

    const file = "workshops/istio-basics/workshop.yaml";
    const before = readFileSync(path.join(source.contentDir, file), "utf8");
    appendFileSync(path.join(school.contentDir, file), "# changed\n");
    const clock = vi.spyOn(performance, "now").mockReturnValue(1e9);
    expect(await life.infoOf(monday)).toMatchObject({ contentChanged: true });
    clock.mockRestore();
    expect(readFileSync(path.join(source.contentDir, file), "utf8")).toBe(before);
    await expect(life.change("ines", { class: monday, istioVersion: "1.21.6" })).rejects.toThrow(
      "Workshop, release and language are settled once a class was opened.",
    );
  });

  it("[CL4] pauses, is extended, and sets a gate that its learners are told of", async () => {
    const { life } = school.classroom;
    await expect(life.gate("ines", { class: monday, lab: "no-such-lab" })).rejects.toThrow(
      "There is no such lab",
    );
    expect(await life.gate("ines", { class: monday, lab })).toMatchObject({ gateLab: lab });
    const at = school.now;
    await life.pause("ines", { class: monday, paused: true });
    expect(school.sent.own.at(-1)?.[1]).toMatchObject({ gateLab: lab, paused: true });
    school.now += 60_000;
    expect((await life.pause("ines", { class: monday, paused: false })).pauses).toEqual([
      { from: at, to: at + 60_000 },
    ]);
    expect((await life.extend("ines", { class: monday, minutes: 30 })).endsAt).toBe(at + 90 * 60_000);
    expect((await life.gate("ines", { class: monday, lab: null })).gateLab).toBeUndefined();
  });
});

describe("[BD5] a class's board", () => {
  it("shows the learners of the class alone, and sends only the rows that changed", async () => {
    const { boards } = school.classroom;
    await school.db.ensureLearner({ id: "eve", name: "eve", role: "learner" });
    school.watched.add(monday);
    await school.record({ learner: "ada", kind: "step-viewed", lab, step: "permissive-mesh" });
    const { rows } = await boards.whole(monday);
    expect(rows.map(({ learner, connected, lab: at }) => [learner, connected, at])).toEqual([
      ["ada", true, lab],
      ["ben", false, undefined],
    ]);
    for (const learner of ["ada", "ben", "eve"]) boards.learnerMoved(learner);
    await vi.waitFor(() => expect(school.sent.rows).toHaveLength(1), 5_000);
    expect(school.sent.rows[0]).toEqual({ class: monday, rows, gone: [] });
    // Ben as he was, Ada with another step: hers alone is sent.
    await school.record({
      learner: "ada",
      kind: "command-run",
      lab,
      payload: { detail: "kubectl get pods" },
    });
    for (const learner of ["ben", "ada"]) boards.learnerMoved(learner);
    await vi.waitFor(() => expect(school.sent.rows).toHaveLength(2), 5_000);
    expect(school.sent.rows[1]?.rows.map(({ learner, lastEvent }) => [learner, lastEvent?.text])).toEqual([
      ["ada", "kubectl get pods"],
    ]);
  });

  it("[CL5] a learner who is removed leaves the board, the class's labs, and the audit's trace", async () => {
    await school.classroom.life.removeLearner("ines", { class: monday, learner: "ben" });
    expect(school.sent.rows.at(-1)).toEqual({ class: monday, rows: [], gone: ["ben"] });
    expect(await school.classroom.life.own("ben")).toBeNull();
    expect((await school.classroom.sourceFor("ben")).contentDir).toBe(school.contentDir);
    await expect(
      school.classroom.life.removeLearner("ines", { class: monday, learner: "ines" }),
    ).rejects.toThrow("This person does not learn in this class.");
    expect(school.sent.failures).toEqual([]);
  });
});

it("[CL6] the report tells times, who stopped where, and what was answered first and last", async () => {
  const started = school.now;
  const at = (ms: number) => new Date(started + ms);
  await school.record({
    learner: "ada",
    kind: "step-viewed",
    lab,
    step: "permissive-mesh",
    at: at(1_000),
  });
  const payload = { passed: ["x"], complete: true };
  await school.record({
    learner: "ada",
    kind: "conditions",
    lab,
    step: "permissive-mesh",
    payload,
    at: at(61_000),
  });
  for (const right of [false, true])
    await school.record({
      learner: "ada",
      kind: "quiz-answered",
      lab,
      payload: { quiz: "Which port?", right },
    });
  const report = await school.classroom.report(await school.classroom.taught("ines", monday));
  expect(report.quizzes).toEqual([
    { lab, question: "Which port?", answered: 1, rightAtOnce: 0, rightAtLast: 1 },
  ]);
  expect(report.labs.map((entry) => [entry.lab, entry.started])).toEqual([[lab, 1]]);
});

it("[CL7] goes from planned to open to closed to archived, and not otherwise", async () => {
  const { life } = school.classroom;
  await expect(life.move("ines", { class: monday, to: "archived" })).rejects.toThrow(
    "A class that is open cannot become archived.",
  );
  expect(await life.move("ines", { class: monday, to: "closed" })).toMatchObject({
    state: "closed",
    closedAt: school.now,
  });
  // Closed, its learners still find what they worked with.
  expect((await school.classroom.sourceFor("ada")).istioVersion).toBe("1.29.6");
  await life.move("ines", { class: monday, to: "archived" });
  expect((await school.classroom.sourceFor("ada")).istioVersion).toBe("1.21.6");
  for (const to of ["open", "planned"] as const)
    await expect(life.move("ines", { class: monday, to })).rejects.toThrow(
      `A class that is archived cannot become ${to}.`,
    );
  // Out of the archive it is what it was, and closed when it was closed.
  const closedAt = school.now;
  school.now += 1_000;
  expect(await life.move("ines", { class: monday, to: "closed" })).toMatchObject({
    state: "closed",
    closedAt,
  });
});

it("[CL12] is changed after it was made, with a trace of who did; what was started ahead is started anew", async () => {
  const { life, warmUp } = school.classroom;
  const { id } = await life.create("ines", { ...wanted, name: "Friday", capacity: 1 });
  expect(await school.db.classes.join(id, "ben")).toBe(true);
  expect(await school.db.classes.join(id, "eve")).toBe(false);
  const startsAt = school.now + 3_600_000;
  const changed = await life.change("ines", { class: id, name: "Freitag", startsAt, capacity: null });
  expect(changed).toMatchObject({ name: "Freitag", startsAt, learners: 1 });
  expect(changed.capacity).toBeUndefined();
  expect(await school.db.classes.join(id, "eve")).toBe(true);

  await warmUp.start("ines", id);
  await vi.waitFor(() => expect(school.sent.warmed).toHaveLength(2), 5_000);
  school.sent.placed.length = 0;
  await life.change("ines", { class: id, istioVersion: "1.21.6" });
  expect(school.sent.placed).toEqual(["ben", "eve"]);
  await expect(life.repin("ines", id)).rejects.toThrow("The class has the labs as they are on the server");
  appendFileSync(path.join(school.contentDir, "workshops/istio-basics/workshop.yaml"), "# again\n");
  const before = (await life.infoOf(id)).contentDigest;
  const repinned = await life.repin("ines", id);
  expect(repinned.contentDigest).not.toBe(before);
  expect(school.sent.placed).toEqual(["ben", "eve", "ben", "eve"]);
  expect((await school.db.audits({ subject: id })).map(({ actor, action }) => `${actor} ${action}`)).toEqual([
    ...["ines class-create", "ines class-change", "ines class-warm", "ines class-change"],
    "ines class-repin",
  ]);
});

it("[CL13] hands out all that is kept of it, and is deleted with those who have nothing but it", async () => {
  const { life, records } = school.classroom;
  const [friday] = await life.list("ines");
  if (!friday) throw new Error("there is a class");
  const { id, name } = friday;
  await school.db.classes.join(monday, "ben");
  await school.record({
    learner: "eve",
    kind: "command-run",
    lab,
    payload: { detail: "kubectl get pods" },
    at: new Date(),
  });
  await expect(records.export("otto", id)).rejects.toThrow("There is no such class for you.");
  const data = await records.export("ines", id);
  expect(data).toMatchObject({
    class: { id, name: "Freitag" },
    events: [{ learnerId: "eve", kind: "command-run" }],
    progress: [{ learnerId: "eve", lab }],
  });
  expect([data.members.length, JSON.stringify(data.joinCodes)]).toEqual([3, "[]"]);

  const wrong = { class: id, name: "friday", learners: true };
  await expect(records.delete("ines", wrong)).rejects.toThrow("type its name as it stands here: Freitag");
  await expect(records.delete("otto", { ...wrong, name })).rejects.toThrow("There is no such class for you.");
  await life.move("ines", { class: id, to: "open" });
  await expect(records.delete("ines", { ...wrong, name })).rejects.toThrow("close it first");
  await life.move("ines", { class: id, to: "closed" });
  expect(await records.delete("ines", { class: id, name, learners: true })).toEqual({ removed: 1 });
  // Ben learns elsewhere, too.
  expect(school.sent.removed).toEqual(["eve by ines"]);
  expect((await life.list("ines")).map((info) => info.id)).toEqual([monday]);
  expect((await school.db.audits({ subject: id })).at(-1)).toMatchObject({
    action: "class-delete",
    detail: { name: "Freitag", learners: "1" },
  });
});
