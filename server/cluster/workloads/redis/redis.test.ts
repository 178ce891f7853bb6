import { afterEach, beforeEach, expect, it } from "vitest";
import { street } from "../testing/street.ts";
import { redis } from "./index.ts";

let town = street();
beforeEach(() => {
  town = street();
});
afterEach(() => town.close());

async function talk(text: string): Promise<string> {
  const connection = await town.caller.connect({ host: "redis.shop", port: 6379 });
  connection.end(text);
  let answer = "";
  for await (const chunk of connection) answer += Buffer.from(chunk).toString("utf8");
  return answer;
}

it("speaks RESP and the inline form", async () => {
  town.move("redis", redis, { image: "redis:7", port: 6379 });
  expect(
    await talk(
      "PING\r\nSET a 1\r\n*2\r\n$4\r\nINCR\r\n$1\r\na\r\nGET a\r\nGET b\r\nLPUSH l x y\r\nLRANGE l 0 -1\r\n",
    ),
  ).toBe("+PONG\r\n+OK\r\n:2\r\n$1\r\n2\r\n$-1\r\n:2\r\n*2\r\n$1\r\ny\r\n$1\r\nx\r\n");
  expect(await talk("GET l\r\nNOPE x\r\nGET\r\n")).toBe(
    "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n" +
      "-ERR unknown command 'NOPE', with args beginning with: 'x' \r\n-ERR wrong number of arguments for 'get' command\r\n",
  );
  expect(await talk("*1\r\n!\r\n")).toBe("-ERR Protocol error: expected '$', got '!'\r\n");
});

it("forgets what has expired", async () => {
  town.move("redis", redis, { image: "redis:7", port: 6379 });
  expect(await talk("SET a 1 EX 10\r\nTTL a\r\n")).toBe("+OK\r\n:10\r\n");
  await town.clock.advance(10_000);
  expect(await talk("GET a\r\nTTL a\r\n")).toBe("$-1\r\n:-2\r\n");
});

it("has redis-cli inside, and says goodbye", async () => {
  const house = town.move("redis", redis, { image: "redis:7", port: 6379 });
  expect(await town.exec(house, ["redis-cli", "set", "a", "b c"])).toEqual({
    code: 0,
    stdout: "OK\n",
    stderr: "",
  });
  expect(await town.exec(house, ["redis-cli", "-h", "redis.shop", "GET", "a"])).toMatchObject({
    stdout: "b c\n",
  });
  expect(await town.exec(house, ["redis-cli", "-p", "1", "PING"])).toEqual({
    code: 1,
    stdout: "",
    stderr: "Could not connect to Redis at 127.0.0.1:1: Connection refused\n",
  });
  const script = "for i in 1 2; do redis-cli incr n; done; redis-cli get n | tr 2 b";
  expect(await town.exec(house, ["sh", "-c", script])).toMatchObject({ code: 0, stdout: "1\n2\nb\n" });
  house.terminate();
  expect([await house.running.exited, house.log().endsWith("User requested shutdown...\n")]).toEqual([
    0,
    true,
  ]);
});
