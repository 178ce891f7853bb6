import { afterAll, beforeAll, expect, it, vi } from "vitest";
import type { ClassRows } from "../../contracts/index.ts";
import { type Bundles, bundlePrograms } from "../../workspace/testing/bundles.ts";
import { startClass, type TestClass } from "./testing/class.ts";
import { ask, type PageSocket } from "./testing/web.ts";

let bundles: Bundles;
let school: TestClass;
let ines: PageSocket;
let otto: PageSocket;
let ada: PageSocket;
let id = "";
beforeAll(async () => {
  bundles = await bundlePrograms({ workspace: "server/workspace/main.ts" });
  school = await startClass(bundles);
  [ines, otto, ada] = await Promise.all([
    school.signIn("ines", "instructor"),
    school.signIn("otto", "instructor"),
    school.signIn("ada"),
  ]);
  const wanted = { name: "Monday", workshop: "istio-basics", istioVersion: "1.21.6", language: "en" };
  const made = await ask(ines, "class:create", wanted);
  id = typeof made === "object" && made && "id" in made ? String(made.id) : "";
  await school.db.classes.join(id, "ada");
});
afterAll(async () => {
  await school.dispose();
  bundles.dispose();
});

it("[CL8] no event of a class is answered to a learner, nor to who teaches another class", async () => {
  const asked: [string, object][] = [
    ["class:board", { class: id }],
    ["class:report", { class: id }],
    ["class:change", { class: id, name: "mine" }],
    ["class:move", { class: id, to: "open" }],
    ["class:gate", { class: id, lab: null }],
    ["class:pause", { class: id, paused: true }],
    ["class:extend", { class: id, minutes: 5 }],
    ["class:repin", { class: id }],
    ["class:export", { class: id }],
    ["class:delete", { class: id, name: "Monday", learners: false }],
    ["class:wall", { class: id, learners: ["ada"] }],
    ["class:remove-learner", { class: id, learner: "ada" }],
    ["class:action", { class: id, learners: ["ada"], action: { kind: "reset", lab: "install-istio" } }],
    [
      "class:action-preview",
      { class: id, learners: ["ada"], action: { kind: "reset", lab: "install-istio" } },
    ],
  ];
  for (const [event, request] of asked) {
    await expect(ask(ada, event, request), event).rejects.toThrow("forbidden: You may not do that.");
    await expect(ask(otto, event, request), event).rejects.toThrow(
      "forbidden: There is no such class for you.",
    );
  }
  await expect(ask(ada, "class:list", {})).rejects.toThrow("forbidden");
  await expect(ask(ada, "class:create", { name: "x" })).rejects.toThrow("forbidden: You may not do that.");
  await expect(ask(ines, "board:subscribe", {})).rejects.toThrow("forbidden: You may not do that.");
  expect(await ask(otto, "class:list", {})).toEqual([]);
});

it("[BD6] what a learner does reaches the board of the class, and no page that left it or never may look", async () => {
  await ask(ines, "class:move", { class: id, to: "open" });
  const heard: [string, ClassRows][] = [];
  ines.on("class:rows", (rows) => heard.push(["ines", rows]));
  otto.on("class:rows", (rows) => heard.push(["otto", rows]));
  ada.on("class:rows", (rows) => heard.push(["ada", rows]));
  expect(await ask(ines, "class:board", { class: id })).toMatchObject({
    info: { id, state: "open", learners: 1, connected: 1 },
    rows: [{ learner: "ada", connected: true }],
  });
  const lab = "secure-services-mtls";
  const report = { id: crypto.randomUUID(), kind: "step-viewed", lab, step: "go-strict" };
  await ask(ada, "progress:report", report);
  const seen = () => heard.map(([who, { rows }]) => [who, rows.at(-1)?.stepTitle]);
  await vi.waitFor(() => expect(seen().at(-1)).toEqual(["ines", "Ask for mutual TLS everywhere"]), 10_000);
  await ask(ines, "class:leave-board", { class: id });
  const before = heard.length;
  await ask(ada, "progress:report", { ...report, id: crypto.randomUUID(), step: "open-door" });
  // A board that is asked for has what happened; the page that left was told nothing.
  await vi.waitFor(async () => {
    expect(await ask(ines, "class:board", { class: id })).toMatchObject({ rows: [{ step: "open-door" }] });
  }, 10_000);
  expect(heard.slice(before).filter(([who]) => who !== "ines")).toEqual([]);
});

it("[CL10] what a learner answers to a question stands in the class's report", async () => {
  const lab = "secure-services-mtls";
  const answer = (right: boolean) =>
    ask(ada, "progress:report", {
      ...{ id: crypto.randomUUID(), kind: "quiz-answered", lab },
      quiz: { question: "Which side decides?", right },
    });
  await answer(false);
  await answer(true);
  expect(await ask(ines, "class:report", { class: id })).toMatchObject({
    quizzes: [{ lab, question: "Which side decides?", answered: 1, rightAtOnce: 0, rightAtLast: 1 }],
  });
});

it("[CL9] a learner's page is told of the gate that concerns it", async () => {
  expect(await ask(ada, "class:mine", {})).toEqual({ id, name: "Monday", paused: false });
  const told = new Promise((resolve) => ada.once("class:mine", resolve));
  await ask(ines, "class:gate", { class: id, lab: "secure-services-mtls" });
  expect(await told).toEqual({ id, name: "Monday", paused: false, gateLab: "secure-services-mtls" });
  expect(await ask(otto, "class:mine", {})).toBeNull();
  for (const [event, request] of [
    ["workspace:open", { lab: "control-traffic" }],
    ["conditions:watch", { lab: "control-traffic", step: "dark-launch" }],
    ["lab:act", { lab: "control-traffic", action: "reset" }],
  ] as const)
    await expect(ask(ada, event, request), event).rejects.toThrow(
      'forbidden: Your class stays at "Secure services with mutual TLS" for now.',
    );
});
