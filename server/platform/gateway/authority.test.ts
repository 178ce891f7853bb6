// Who may send what, held to the list of events itself: an event that is not judged here fails this test.
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { clientEventSchemas } from "../../contracts/index.ts";
import { type Bundles, bundlePrograms, processesNaming } from "../../workspace/testing/bundles.ts";
import { classTenancy, WorkspaceRegistry } from "../workspaces/index.ts";
import { startClass, type TestClass } from "./testing/class.ts";
import { ask, type PageSocket } from "./testing/web.ts";

const lab = "secure-services-mtls";
const step = "go-strict";
const session = randomUUID();
const monday = { classroom: "monday" };
const adas = { ...monday, learner: "ada" };
const action = { class: "monday", learners: ["ada"], action: { kind: "reset", lab } };
const request = { from: { kind: "gateway" }, method: "GET", url: "http://shop.example/", headers: [] };
const unanswered = { terminal: "main", epoch: "e", offset: 0 };

/** Of one's own workspace or one's own record: nothing in them names whose. */
const own = {
  "terminal:attach": { terminal: "main", cols: 80, rows: 24 },
  "workspace:open": { lab },
  "presence:here": {},
  "terminal:input": { terminal: "main", writer: "a-page-of-ben", seq: 1, data: "x" },
  "terminal:resize": { terminal: "main", cols: 90, rows: 30 },
  "terminal:ack": unanswered,
  "conditions:watch": { lab, step },
  "conditions:check": { lab, step },
  "lab:preview": { lab, action: "reset" },
  "lab:act": { lab, action: "reset" },
  "mesh:graph": {},
  "metrics:query": { query: "up" },
  "metrics:names": {},
  "metrics:values": { label: "job" },
  "objects:list": {},
  "objects:read": { apiVersion: "v1", kind: "Pod", name: "a", namespace: "default" },
  "logs:read": { namespace: "default", pod: "a", container: "a", tail: 1 },
  "envoy:dump": { namespace: "default", pod: "a" },
  "files:list": {},
  "files:read": { path: "a.yaml" },
  "files:write": { path: "a.yaml", text: "a", expected: null },
  "manifest:diff": { text: "" },
  "manifest:apply": { text: "" },
  "traces:services": {},
  "traces:operations": { service: "a" },
  "traces:search": { service: "a", lookbackSeconds: 60, limit: 1 },
  "traces:read": { id: "ab" },
  "traffic:choices": {},
  "traffic:start": { request, rate: 1, seconds: 60 },
  "traffic:stop": {},
  "traffic:state": {},
  "request:send": request,
  "request:trail": { id: "a" },
  "timeline:list": {},
  "timeline:read": { id: "1" },
  "schema:kinds": {},
  "schema:read": { apiVersion: "v1", kind: "Pod" },
  "progress:report": { id: randomUUID(), kind: "lab-opened", lab },
  "progress:get": { lab },
  "notes:list": { lab },
  "notes:save": { lab, step, text: "mine", bookmarked: false },
  "certificate:ask": { lab },
  "class:mine": {},
  "preflight:ping": {},
  "preflight:report": { latencyMs: 1, clipboard: true, webgl: true, width: 1000, height: 800 },
  "help:state": {},
  "help:raise": { id: randomUUID(), note: "" },
  "help:say": { id: randomUUID(), text: "a" },
  "help:lower": {},
  "terminal:detach": { terminal: "main" },
  "terminal:close": { terminal: "main" },
};

/** Of whoever instructs, about what is theirs; they name no class, or do nothing to it. */
const staff = {
  "class:list": {},
  "class:options": {},
  "class:create": { name: "x", workshop: "istio-basics", istioVersion: "1.21.6", language: "en" },
  "class:capacity": { measure: false },
  "class:leave-board": { class: "monday" },
};

/** Of whoever teaches this very class. */
const teacher = {
  "class:change": { class: "monday", name: "mine" },
  "class:move": { class: "monday", to: "closed" },
  "class:repin": { class: "monday" },
  "class:export": { class: "monday" },
  "class:delete": { class: "monday", name: "Monday", learners: false },
  "class:wall": { class: "monday", learners: ["ada"] },
  "class:remove-learner": { class: "monday", learner: "ada" },
  "class:board": { class: "monday" },
  "class:report": { class: "monday" },
  "class:gate": { class: "monday", lab: null },
  "class:pause": { class: "monday", paused: true },
  "class:extend": { class: "monday", minutes: 5 },
  "class:action-preview": action,
  "class:action": action,
  "class:warm": { class: "monday" },
  "help:queue": monday,
  "help:learner": adas,
  "help:take": adas,
  "help:done": adas,
  "help:ask": { ...adas, id: randomUUID(), mode: "type", reason: "a" },
  "help:watch": { session, terminal: "main" },
  "help:type": { session, terminal: "main", data: "x" },
  "help:tell": { ...monday, id: randomUUID(), kind: "text", text: "a" },
};

/** Of the learner, or either side, of this very session. */
const party = { "help:answer": { session, allow: false }, "help:end": { session } };

const ownerOnly = { "board:subscribe": {} };

let bundles: Bundles;
let room: TestClass;
beforeAll(async () => {
  bundles = await bundlePrograms({ workspace: "server/workspace/main.ts" });
  room = await startClass(bundles);
  for (const [id, role] of [
    ["ada", "learner"],
    ["ben", "learner"],
    ["carl", "learner"],
    ["grace", "instructor"],
    ["otto", "instructor"],
  ] as const)
    await room.db.ensureLearner({ id, name: id, role });
  const { classes, help } = room.db;
  await classes.create({ id: "monday", name: "Monday", istioVersion: "1.21.6" }, "grace");
  await classes.create({ id: "other", name: "Other", istioVersion: "1.21.6" }, "otto");
  for (const [id, learners] of [
    ["monday", ["ada", "ben"]],
    ["other", ["carl"]],
  ] as const) {
    for (const learner of learners) await classes.join(id, learner);
    await classes.open(id);
  }
  const of = { classroomId: "monday", learnerId: "ada", instructorId: "grace" };
  await help.ask({ ...of, id: session, mode: "type", reason: "a" });
  await help.grant(session);
});
afterAll(async () => {
  await room.dispose();
  expect(processesNaming(room.dataDir)).toEqual([]);
  bundles.dispose();
});

/** What came of each event: "done", or the refusal. A page may send so many at once; so each few get a page of their own. */
async function outcomes(id: string, events: Record<string, object>, role: "learner" | "instructor") {
  const told: [string, string][] = [];
  const all = Object.entries(events);
  for (let from = 0; from < all.length; from += 40) {
    const socket = await room.signIn(id, role);
    for (const [event, payload] of all.slice(from, from + 40))
      told.push([event, await outcome(socket, event, payload)]);
    socket.disconnect();
  }
  return told;
}

async function outcome(socket: PageSocket, event: string, payload: object): Promise<string> {
  if (event === "terminal:ack") {
    socket.emit("terminal:ack", unanswered);
    return "done"; // answers nobody
  }
  return ask(socket, event, payload).then(
    () => "done",
    (error: Error) => error.message,
  );
}

const refused = (events: object, reason: string) => Object.keys(events).map((event) => [event, reason]);
const may = "forbidden: You may not do that.";

it("[A1] [N1] judges every event there is", () => {
  const judged = Object.keys({ ...own, ...staff, ...teacher, ...party, ...ownerOnly });
  expect(judged.sort()).toEqual(Object.keys(clientEventSchemas).sort());
});

describe("[A1] a learner", () => {
  it("reaches their own workspace with every event that reaches one, and no other's", async () => {
    const asked = new Set<string>();
    const { control, viewer } = WorkspaceRegistry.prototype;
    const spies = [
      vi.spyOn(WorkspaceRegistry.prototype, "control").mockImplementation(function (
        this: WorkspaceRegistry,
        id,
      ) {
        asked.add(id);
        return control.call(this, id);
      }),
      vi.spyOn(WorkspaceRegistry.prototype, "viewer").mockImplementation(function (
        this: WorkspaceRegistry,
        id,
        ...rest
      ) {
        asked.add(id);
        return viewer.call(this, id, ...rest);
      }),
    ];
    const told = await outcomes("ben", own, "learner");
    for (const spy of spies) spy.mockRestore();
    // They got as far as to be done, or to what is not there; none was malformed, and none was forbidden.
    expect(told.filter(([, said]) => /^(bad-request: .* is not as agreed|forbidden)/.test(said))).toEqual([]);
    expect(told.filter(([, said]) => said === "done").length).toBeGreaterThan(20);
    const tenancy = classTenancy(async () => room.db);
    expect([...asked]).toEqual([await tenancy.workspaceOf("ben")]);
  });

  it("names nobody else in them: a workspace or a learner beside what was agreed is no message", async () => {
    for (const stowaway of [{ learner: "ada" }, { workspace: "w-of-ada" }]) {
      const more = Object.entries(own).map(([event, payload]) => [event, { ...payload, ...stowaway }]);
      const told = await outcomes("ben", Object.fromEntries(more.slice(0, 18)), "learner");
      expect(
        told.filter(([event, said]) => event !== "terminal:ack" && !/ is not as agreed\.$/.test(said)),
      ).toEqual([]);
      const rest = await outcomes("ben", Object.fromEntries(more.slice(18, 36)), "learner");
      expect(rest.filter(([, said]) => !/ is not as agreed\.$/.test(said))).toEqual([]);
      const last = await outcomes("ben", Object.fromEntries(more.slice(36)), "learner");
      expect(last.filter(([, said]) => !/ is not as agreed\.$/.test(said))).toEqual([]);
    }
  });

  it.each(["ben", "carl"])(
    "%s does nothing that is an instructor's, nor to the session of another",
    async (id) => {
      const before = await room.db.help.session(session);
      expect(await outcomes(id, { ...staff, ...teacher, ...ownerOnly }, "learner")).toEqual(
        refused({ ...staff, ...teacher, ...ownerOnly }, may),
      );
      expect((await outcomes(id, party, "learner")).map(([, said]) => said.split(":")[0])).toEqual([
        "forbidden",
        "forbidden",
      ]);
      expect(await room.db.help.session(session)).toEqual(before);
    },
  );
});

describe("[I1] an instructor of another class", () => {
  it("does nothing to this one, to nobody in it, and to no session of it", async () => {
    const before = await room.db.classes.find("monday");
    const told = await outcomes("otto", { ...teacher, ...party, ...ownerOnly }, "instructor");
    expect(told.filter(([, said]) => !said.startsWith("forbidden: "))).toEqual([]);
    expect(await room.db.classes.find("monday")).toEqual(before);
    const mine = await room.signIn("otto", "instructor");
    expect(await ask(mine, "class:list", {})).toMatchObject([{ id: "other" }]);
  });
});

describe("[A2] an instructor whose role was taken away", () => {
  it("is refused everything that they could do a moment ago, on the page that is still open", async () => {
    const events = Object.entries({ ...staff, ...teacher, ...ownerOnly });
    const told: [string, string][] = [];
    for (let from = 0; from < events.length; from++) {
      const [event = "", payload = {}] = events[from] ?? [];
      const grace = await room.signIn("grace", "instructor");
      // As another process would: no socket is told. The page may be gone before it asks; then it gets no answer at all.
      await room.db.people.setRole("grace", "learner");
      const gone = new Promise<string>((resolve) => grace.once("disconnect", () => resolve(may)));
      told.push([event, await Promise.race([outcome(grace, event, payload), gone])]);
      await room.db.people.setRole("grace", "instructor");
    }
    expect(told).toEqual(refused({ ...staff, ...teacher, ...ownerOnly }, may));
  });
});

it("[A8] a text with a NUL is refused in words; a key is a key", async () => {
  const ben = await room.signIn("ben");
  const nul = "a\u0000b";
  const refusal = "bad-request: A text may hold no NUL character.";
  for (const [event, payload] of [
    ["help:say", { id: randomUUID(), text: nul }],
    ["help:raise", { id: randomUUID(), note: nul }],
    ["notes:save", { lab, step, text: nul, bookmarked: false }],
    ["files:read", { path: nul }],
    ["traces:search", { service: "a", tags: { [nul]: "a" }, lookbackSeconds: 60, limit: 1 }],
  ] as const)
    expect([event, await outcome(ben, event, payload)]).toEqual([event, refusal]);
  // What only looks like one is none.
  expect(await outcome(ben, "notes:save", { lab, step, text: "\\u0000", bookmarked: false })).toBe("done");
  await ask(ben, "terminal:attach", { terminal: "main", cols: 80, rows: 24 });
  const key = { terminal: "main", writer: "a-page-of-keys", seq: 1, data: "\u0000" };
  expect(await outcome(ben, "terminal:input", key)).toBe("done");
});

describe("[I1] help ends with what it was given for", () => {
  it("when the learner leaves the class, and when the class closes: nobody is watched, and no hand stays up", async () => {
    const { classes, help } = room.db;
    const grace = await room.signIn("grace", "instructor");
    const ben = await room.signIn("ben");
    const given = async () => {
      const id = randomUUID();
      await ask(ben, "help:raise", { id: randomUUID(), note: "help" });
      await ask(grace, "help:ask", { ...monday, learner: "ben", id, mode: "type", reason: "a" });
      await ask(ben, "help:answer", { session: id, allow: true });
      return id;
    };
    const first = await given();
    // Out of the class by another hand: the yes was to an instructor of theirs.
    await classes.removeLearner("monday", "ben");
    const typed = { session: first, terminal: "main", data: "x" };
    await expect(ask(grace, "help:type", typed)).rejects.toThrow(
      "forbidden: There is no such learner for you.",
    );
    await classes.join("monday", "ben");
    await ask(grace, "class:remove-learner", { class: "monday", learner: "ben" });
    expect(await help.session(first)).toMatchObject({ endReason: "The learner left the class." });
    expect(await help.hands("monday")).toEqual([]);

    await classes.join("monday", "ben");
    const second = await given();
    await ask(grace, "class:move", { class: "monday", to: "closed" });
    expect(await help.session(second)).toMatchObject({ endReason: "The class is closed." });
    expect(await help.openSessions()).toEqual([]);
    expect(await help.hands("monday")).toEqual([]);
  });

  it("and what somebody said comes back to nobody who sends its number", async () => {
    await room.db.classes.open("monday");
    const [ada, ben] = [await room.signIn("ada"), await room.signIn("ben")];
    const heard: unknown[] = [];
    ben.on("help:message", (message) => heard.push(message));
    const id = randomUUID();
    await ask(ada, "help:say", { id, text: "between us" });
    await expect(ask(ben, "help:say", { id, text: "?" })).rejects.toThrow(
      "forbidden: There is no such message for you.",
    );
    await ask(ada, "help:say", { id, text: "between us" });
    expect(heard).toEqual([]);
  });
});
