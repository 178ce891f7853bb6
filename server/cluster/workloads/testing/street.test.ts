// The program and the test that docs/add-a-workload.md shows.
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { webProgram } from "../http/web.ts";
import { street } from "./street.ts";

const quote = webProgram({
  images: ["example/quote"],
  cmd: ["/quote", "--port", "8080"],
  hasShell: false,
  terminated: 0,
  env: { LINE: "Hello" },
  start({ env, stdout }) {
    stdout("listening on :8080\n");
    return {
      ports: [8080],
      handle: ({ path }) =>
        path === "/"
          ? { status: 200, headers: { "content-type": "text/plain" }, body: `${env.LINE}\n` }
          : { status: 404, body: "no such line\n" },
      answered: ({ method, target }, { status }) => stdout(`${method} ${target} ${status}\n`),
    };
  },
});

it("the guide's example does what the guide says", async () => {
  const town = street();
  const house = town.move("quote", quote, { image: "example/quote:2.0", port: 8080 });
  expect(await town.call("http://quote.shop:8080/")).toMatchObject({ status: 200, body: "Hello\n" });
  expect(house.log()).toBe("listening on :8080\nGET / 200\n");
  house.terminate();
  expect(await house.running.exited).toBe(0);
  town.close();
});

it("the guide shows the program that is tested here, its remarks aside", () => {
  const squeezed = (text: string) => text.replace(/\/\/[^\n]*/g, "").replace(/\s+/g, " ");
  const guide = readFileSync(new URL("../../../../docs/add-a-workload.md", import.meta.url), "utf8");
  const [, shown = ""] = /export const quote = (webProgram[\s\S]*?\n\}\);)/.exec(guide) ?? [];
  const here = readFileSync(new URL(import.meta.url), "utf8");
  expect(squeezed(here)).toContain(squeezed(shown));
});
