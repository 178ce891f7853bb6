import { afterEach, beforeEach, expect, it } from "vitest";
import type { GraphEdge, GraphNode, MeshGraph, WallNews } from "../../contracts/index.ts";
import { WALL_EVERY_MS, WALL_NODES } from "./limits.ts";
import { MeshWall } from "./mesh-wall.ts";
import { wallTile } from "./wall-tile.ts";

const node = (id: string, part: Partial<GraphNode> = {}): GraphNode => ({
  ...{ id, kind: "workload", name: id, namespace: "default", sidecar: "present", health: "healthy" },
  ...part,
});
const edge = (source: string, target: string, part: Partial<GraphEdge> = {}): GraphEdge => ({
  ...{ id: `${source} ${target}`, source, target, protocol: "http", rate: 1, errorPercent: 0 },
  ...{ mtls: { state: "mtls" }, origin: "traffic", ...part },
});
const graph = (nodes: GraphNode[], edges: GraphEdge[]): MeshGraph => ({
  ...{ generatedAt: 1, windowSeconds: 30, nodes, edges, mesh: { state: "mixed", percent: 50 }, warnings: [] },
});

it("[MW1] a picture holds what has traffic before what has none, and what fails in words of the big graph", () => {
  const idle = Array.from({ length: 30 }, (_, at) => node(`idle-${at}`));
  const all = graph(
    [
      ...[...idle, node("istiod", { namespace: "istio-system" })],
      node("istio-ingressgateway", { kind: "gateway", namespace: "istio-system" }),
      node("web", { sidecar: "missing", health: "failing" }),
    ],
    [
      edge("istio-ingressgateway", "web", { mtls: { state: "plaintext" }, errorPercent: 50, rate: 2.04 }),
      edge("web", "idle-29", { rate: 0, origin: "configured", mtls: { state: "no-traffic" } }),
    ],
  );
  const tile = wallTile("ada", all);
  expect(tile.nodes.slice(0, 2)).toEqual([
    { name: "istio-ingressgateway", kind: "gateway", health: "healthy", meshed: true },
    { name: "web", kind: "workload", health: "failing", meshed: false },
  ]);
  expect(tile.nodes.map(({ name }) => name)).not.toContain("istiod");
  expect({ ...tile, nodes: tile.nodes.length }).toEqual({
    ...{ learner: "ada", nodes: WALL_NODES, more: 32 - WALL_NODES, mesh: "mixed", requestsPerSecond: 2 },
    edges: [{ from: 0, to: 1, mtls: "plaintext", failing: true }],
  });
});

let now: number;
let members: string[];
let asked: string[];
let sent: [string, WallNews][];
let wall: MeshWall;
const graphs = new Map<string, MeshGraph>();
beforeEach(() => {
  [now, asked, sent] = [1e9, [], []];
  members = Array.from({ length: 200 }, (_, at) => `l${at}`);
  graphs.clear();
  for (const learner of members) graphs.set(learner, graph([node(`web-of-${learner}`)], []));
  wall = new MeshWall({
    members: async () => members,
    async graph(learner) {
      asked.push(learner);
      return graphs.get(learner);
    },
    publishWall: (to, news) => sent.push([to, news]),
    now: () => now,
    failed: (error) => {
      throw error;
    },
  });
});
afterEach(() => wall.stop());
const names = (news: WallNews | undefined) => news?.tiles.map(({ learner }) => learner);

it("[MW2] asks only for those that a page shows, a few at a time, and again after a while", async () => {
  const shown = members.slice(0, 8);
  expect(await wall.look("page", { class: "c", learners: [...shown, "stranger"] })).toEqual([]);
  await wall.tick();
  await wall.tick();
  expect([...asked].sort()).toEqual(shown);
  expect(sent.flatMap(([, news]) => names(news) ?? []).sort()).toEqual(shown);
  for (let look = 0; look < 4; look++) await wall.tick();
  expect(asked).toHaveLength(8);
  now += WALL_EVERY_MS;
  await wall.tick();
  await wall.tick();
  expect(asked).toHaveLength(16);
  // The same picture is no news.
  expect(sent.flatMap(([, news]) => names(news) ?? [])).toHaveLength(8);
});

it("[MW3] takes what a learner's own page was answered, and tells each page what it shows and no more", async () => {
  await wall.look("one", { class: "c", learners: ["l0"] });
  await wall.look("two", { class: "c", learners: ["l1"] });
  await wall.tick();
  [asked, sent] = [[], []];
  wall.take("l1", graph([node("changed")], []));
  wall.take("l9", graph([node("nobody looks")], []));
  await wall.tick();
  expect(sent.map(([to, news]) => [to, news.tiles[0]?.nodes[0]?.name])).toEqual([["two", "changed"]]);
  expect(asked).toEqual([]);
  // A page that comes later has at once what is at hand.
  expect((await wall.look("three", { class: "c", learners: ["l1"] }))[0]?.nodes[0]?.name).toBe("changed");
});

it("[MW4] who has left the class is not shown to a page that still names them; a page that leaves costs nothing", async () => {
  await wall.look("page", { class: "c", learners: ["l0"] });
  await wall.tick();
  [asked, sent] = [[], []];
  members = members.filter((learner) => learner !== "l0");
  wall.take("l0", graph([node("secret")], []));
  await wall.tick();
  expect(sent).toEqual([]);
  await wall.look("page", { class: "c", learners: [] });
  now += 10 * WALL_EVERY_MS;
  await wall.tick();
  expect(asked).toEqual([]);
});
