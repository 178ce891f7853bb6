import { expect, it } from "vitest";
import { type Command, findCommands } from "./commands.ts";

const command = (title: string, group: string, words?: string): Command => ({
  id: title,
  title,
  group,
  words,
  run: () => undefined,
});
const commands = [
  command("Show the mesh", "Panes", "graph kiali"),
  command("Show Prometheus", "Panes", "metrics"),
  command("Step 3: Ask for mutual TLS", "This lab"),
  command("Secure services with mutual TLS", "Labs", "mesh certificates"),
];
const found = (typed: string) => findCommands(commands, typed).map(({ title }) => title);

it("finds by the beginnings of words, titles first", () => {
  expect(found("")).toHaveLength(4);
  expect(found("mes")).toEqual(["Show the mesh", "Secure services with mutual TLS"]);
  expect(found("show metr")).toEqual(["Show Prometheus"]);
  expect(found("tls mutual")).toEqual(["Step 3: Ask for mutual TLS", "Secure services with mutual TLS"]);
  expect(found("kiali")).toEqual(["Show the mesh"]);
  expect(found("nothing like it")).toEqual([]);
});
