import { expect, it } from "vitest";
import { TestClock } from "../../../base/index.ts";
import { istiodLogger } from "../log.ts";
import { LogScopes } from "../log-scopes.ts";
import { controlzPage } from "./controlz.ts";

function istiod() {
  const scopes = new LogScopes();
  const lines: string[] = [];
  const logger = istiodLogger(new TestClock(), scopes, (line) =>
    lines.push(line.split("\t").slice(1).join(" ").trim()),
  );
  const ask = (method: string, path: string, body = "") => controlzPage({ method, path, body }, scopes);
  return { logger, lines, ask };
}

it("tells the scopes and sets their levels, and the log follows", () => {
  const { logger, lines, ask } = istiod();
  logger.debug({ scope: "ads" }, "one");
  logger.info({}, "two");
  expect(ask("PUT", "/scopej/ads", '{"name":"ads","output_level":"debug"}').status).toBe(202);
  expect(ask("PUT", "/scopej/default", '{"output_level":"error"}').status).toBe(202);
  logger.debug({ scope: "ads" }, "three");
  logger.info({}, "four");
  logger.error({}, "five");
  expect(lines).toEqual(["info two", "debug ads three", "error five"]);
  expect(JSON.parse(ask("GET", "/scopej/ads").body)).toEqual({
    ...{ name: "ads", description: "ads debugging", output_level: "debug" },
    ...{ stack_trace_level: "none", log_callers: false },
  });
  expect(JSON.parse(ask("GET", "/scopej").body)).toHaveLength(32);
});

it.each([
  ["GET", "/scopej/none-such", "", 400],
  ["PUT", "/scopej/ads", "{", 400],
  ["PUT", "/scopej/ads", '{"output_level":"loud"}', 202],
  ["DELETE", "/scopej/ads", "", 405],
  ["GET", "/", "", 200],
  ["GET", "/elsewhere", "", 404],
])("%s %s %s is answered with %i", (...[method = "", path = "", body = "", status]) => {
  const { ask } = istiod();
  expect(ask(method, path, body).status).toBe(status);
  expect(JSON.parse(ask("GET", "/scopej/ads").body).output_level).toBe("info");
});
