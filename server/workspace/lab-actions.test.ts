import { describe, expect, it } from "vitest";
import type { WorkspaceStatus } from "../contracts/index.ts";
import { LabActions, type LabActionsDeps } from "./lab-actions.ts";

const status: WorkspaceStatus = {
  phase: "ready",
  detail: "ready",
  cluster: { kind: "practice", name: "practice cluster" },
  isolation: "none",
  since: 0,
};
const solutions = [
  { step: "one", title: "First", commands: ["a", "b"] },
  { step: "two", title: "Second", commands: ["c"] },
  { step: "three", title: "Third", commands: [] },
];

function actionsWith(change: Partial<LabActionsDeps> = {}) {
  const did: string[] = [];
  const actions = new LabActions({
    labs: {
      preparation: async (lab) =>
        lab === "mesh" ? { istioProfile: "demo", commands: ["make ready"] } : undefined,
      solutions: async (lab) => (lab === "mesh" ? solutions : undefined),
    },
    realCluster: false,
    status: () => status,
    run: async (commands, what) => {
      did.push(`${what}: ${commands.join(" ")}`);
      return { kind: "prepared" };
    },
    startAfresh: async (lab) => {
      did.push(`afresh ${lab}`);
    },
    failed: (detail) => did.push(`failed: ${detail}`),
    work: {
      names: async () => ["Gateway web-api in shop"],
      keep: async () => {
        did.push("kept");
        return "kept.yaml";
      },
    },
    ...change,
  });
  return { actions, did };
}

describe("what an action would do is said before", () => {
  it("the solution of one step, or of all before it", async () => {
    const { actions, did } = actionsWith();
    expect(await actions.preview({ action: "solve", lab: "mesh", step: "two" })).toEqual({
      commands: ["c"],
      notes: [
        "The solution of “Second” is run in your folder. It may be run again; it changes nothing twice.",
      ],
      lost: [],
    });
    expect((await actions.preview({ action: "jump", lab: "mesh", step: "three" })).commands).toEqual([
      "a",
      "b",
      "c",
    ]);
    expect(await actions.preview({ action: "jump", lab: "mesh", step: "one" })).toEqual({
      commands: [],
      notes: ["This is the first step: nothing has to be done for it."],
      lost: [],
    });
    expect(did).toEqual([]);
  });

  it("a reset says what is lost", async () => {
    expect(await actionsWith().actions.preview({ action: "reset", lab: "mesh" })).toEqual({
      commands: ["make ready"],
      notes: [
        "The practice cluster is made anew: everything that was applied to it is gone.",
        "Your terminals and files stay as they are; certificates and tokens that the preparation makes may be replaced.",
      ],
      lost: ["Gateway web-api in shop"],
    });
  });

  it("a step is reset by the lab's start and the steps before it", async () => {
    const { actions, did } = actionsWith();
    const action = { action: "reset", lab: "mesh", step: "three", keep: true } as const;
    expect(await actions.preview(action)).toMatchObject({
      commands: ["make ready", "a", "b", "c"],
      notes: [
        expect.any(String),
        "Then the solution of “First”, “Second” is run, so that this step begins as it should.",
        expect.any(String),
      ],
    });
    expect(did).toEqual([]);
    await actions.act(action);
    await actions.settled();
    expect(did).toEqual(["kept", "afresh mesh", "Bringing about the steps before: a b c"]);
  });

  it("what cannot be kept is not thrown away, and what cannot be listed is said", async () => {
    const away = async () => {
      throw new Error("the cluster is away");
    };
    const { actions, did } = actionsWith({ work: { names: away, keep: away } });
    expect((await actions.preview({ action: "reset", lab: "mesh" })).notes.at(-1)).toBe(
      "What you changed in the cluster cannot be listed just now: it does not answer.",
    );
    await actions.act({ action: "reset", lab: "mesh", keep: true });
    await actions.settled();
    expect(did).toEqual(["failed: the cluster is away"]);
  });
});

describe("an action", () => {
  it("runs one at a time, and answers at once", async () => {
    let open: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const { actions, did } = actionsWith({ startAfresh: () => gate });
    expect(await actions.act({ action: "reset", lab: "mesh" })).toBe(status);
    await expect(actions.act({ action: "solve", lab: "mesh", step: "one" })).rejects.toMatchObject({
      code: "unavailable",
      message: "The last request for help is still being carried out.",
    });
    open();
    await actions.settled();
    await actions.act({ action: "jump", lab: "mesh", step: "three" });
    await actions.settled();
    expect(did).toEqual(["Bringing about the steps before: a b c"]);
  });

  it("tells what went wrong", async () => {
    const { actions, did } = actionsWith({ run: async () => ({ kind: "failed", detail: "no such host" }) });
    await actions.act({ action: "solve", lab: "mesh", step: "one" });
    await actions.settled();
    expect(did).toEqual(["failed: no such host"]);
  });

  it.each([
    {
      name: "of a lab that is not there",
      action: { action: "reset", lab: "other" } as const,
      code: "not-found",
    },
    {
      name: "for a step that is not there",
      action: { action: "solve", lab: "mesh", step: "x" } as const,
      code: "not-found",
    },
  ])("is refused: $name", async ({ action, code }) => {
    const { actions, did } = actionsWith();
    await expect(actions.act(action)).rejects.toMatchObject({ code });
    await expect(actions.preview(action)).rejects.toMatchObject({ code });
    expect(did).toEqual([]);
  });

  it("never throws a real cluster away", async () => {
    const { actions, did } = actionsWith({ realCluster: true });
    await expect(actions.act({ action: "reset", lab: "mesh" })).rejects.toThrow(
      "A real cluster is not Meshwork's to throw away: only a practice cluster is reset.",
    );
    expect(did).toEqual([]);
  });
});
