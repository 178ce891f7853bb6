import { expect, it } from "vitest";
import { createLog, inRequest } from "./index.ts";

function recorded(level = "info") {
  const lines: string[] = [];
  const log = createLog("web", level, { write: (line) => void lines.push(line) });
  return { log, lines };
}

const told = (line: string | undefined) => {
  const { time: _, pid: __, hostname: ___, ...rest } = JSON.parse(line ?? "{}");
  return rest;
};

it("a line is one JSON object, and names the request it was written in, however deep", async () => {
  const { log, lines } = recorded();
  log.info({ port: 3000 }, "listening");
  await inRequest({ request: "r-1" }, async () => {
    await Promise.resolve();
    log.warn("refused");
  });
  expect(lines.map(told)).toEqual([
    { level: 30, name: "web", port: 3000, msg: "listening" },
    { level: 40, name: "web", request: "r-1", msg: "refused" },
  ]);
});

it("MESHWORK_LOG_LEVEL holds back what is below it", () => {
  const { log, lines } = recorded("warn");
  log.info("not told");
  log.warn("told");
  expect(lines.map(told)).toEqual([{ level: 40, name: "web", msg: "told" }]);
});

it("an error's code stays what it says", () => {
  const { log, lines } = recorded();
  for (const code of ["bad-request", "ENOSPC", "53100", 404]) log.info({ code }, "x");
  log.info({ code: "7KQ2-M9XD-PW3T" }, "x");
  expect(lines.map((line) => told(line).code)).toEqual(["bad-request", "ENOSPC", "53100", 404, "[secret]"]);
});

it("no secret gets into a line, whatever field or text it comes in", () => {
  const { log, lines } = recorded();
  const secret = "Tr0ub4dor-and-3-more_words";
  const error = Object.assign(new Error(`connect postgresql://mw:${secret}@db:5432/mw failed`), {
    cookie: `meshwork-3000=${secret}`,
  });
  log.error({ err: error }, "no database");
  log.info({ token: secret, headers: { cookie: secret, authorization: `Bearer ${secret}` } }, "request");
  log.info({ body: { password: secret, code: secret } }, "sign-up");
  log.info({ url: `/start?token=${secret}&next=/labs` }, "a");
  log.info({ url: `/join/${secret}` }, "b");
  log.info(`GET /join?code=${secret} with Cookie: __Host-meshwork=${secret}; Path=/`);
  log.info(`better-auth.session_token=${secret}; Authorization: Bearer ${secret}`);
  log.info(`http://127.0.0.1:3000/start#token=${secret}`);
  expect(lines.length).toBe(8);
  for (const line of lines) {
    expect(line).not.toContain(secret);
    expect(() => JSON.parse(line)).not.toThrow();
  }
  expect(told(lines[3])).toEqual({
    ...{ level: 30, name: "web", msg: "a" },
    url: "/start?token=[secret]&next=/labs",
  });
});
