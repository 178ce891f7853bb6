import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { openSchool, type School } from "./testing/school.ts";

let school: School;
let id = "";
beforeAll(async () => {
  school = await openSchool();
  await school.db.ensureLearner({ id: "ines", name: "Ines", role: "instructor" });
  for (const learner of ["ada", "ben"])
    await school.db.ensureLearner({ id: learner, name: learner, role: "learner" });
  const wanted = { workshop: "istio-basics", istioVersion: "1.29.6", language: "en", name: "Monday" };
  id = (await school.classroom.life.create("ines", { ...wanted, startsAt: school.now + 3_600_000 })).id;
  for (const learner of ["ada", "ben"]) await school.db.classes.join(id, learner);
});
afterAll(() => school.close());

it("[WU1] happens by itself ten minutes before the start, once, with the class's own labs and release", async () => {
  const { warmUp } = school.classroom;
  await warmUp.look();
  expect(school.sent.warmed).toEqual([]);
  expect((await school.classroom.sourceFor("ada")).istioVersion).toBe("1.21.6");
  school.now += 50 * 60_000;
  school.full.add("ben");
  await warmUp.look();
  await vi.waitFor(() => expect(school.sent.actions.at(-1)?.finished).toBe(true), 10_000);
  expect(school.sent.warmed).toEqual(["ada install-istio"]);
  expect(school.sent.actions.at(-1)?.results).toEqual([
    { learner: "ada", outcome: "done", said: "Started." },
    { learner: "ben", outcome: "refused", said: "This server is full." },
  ]);
  expect((await school.classroom.sourceFor("ada")).istioVersion).toBe("1.29.6");
  await warmUp.look();
  expect(school.sent.warmed).toHaveLength(1);
});

it("[WU2] opening a class that was warmed up stops none of its workspaces", async () => {
  await school.classroom.life.move("ines", { class: id, to: "open" });
  expect(school.sent.placed).toEqual([]);
});

it("[WU3] by the button it is the instructor's alone", async () => {
  const { warmUp } = school.classroom;
  await expect(warmUp.start("ada", id)).rejects.toThrow("There is no such class for you.");
  await warmUp.start("ines", id);
  await vi.waitFor(() => expect(school.sent.warmed).toHaveLength(2), 10_000);
});
