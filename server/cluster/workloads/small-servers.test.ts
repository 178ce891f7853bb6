// The servers that are one file each: helloworld, tcp-echo, http-echo, agnhost.
import { afterEach, beforeEach, expect, it } from "vitest";
import type { Program } from "../container/index.ts";
import { builtinPrograms } from "./programs.ts";
import { street } from "./testing/street.ts";

let town = street();
beforeEach(() => {
  town = street();
});
afterEach(() => town.close());

function program(image: string): Program {
  const found = builtinPrograms.find(({ images }) => images.includes(image));
  if (!found) throw new Error(`no program for ${image}`);
  return found;
}

it("helloworld says its version and pod", async () => {
  town.move("helloworld", program("istio/examples-helloworld-v2"), { image: "", port: 5000 });
  const { body } = await town.call("http://helloworld.shop:5000/hello");
  expect(body).toBe("Hello version: v2, instance: helloworld\n");
});

it("tcp-echo answers each line with its prefix, on each of its ports", async () => {
  const house = town.move("tcp-echo", program("istio/tcp-echo-server"), {
    image: "",
    args: ["9000,9001", "one"],
    port: 9001,
  });
  const connection = await town.caller.connect({ host: "tcp-echo.shop", port: 9001 });
  connection.end("a\nb\nc");
  let text = "";
  for await (const chunk of connection) text += Buffer.from(chunk).toString("utf8");
  expect(text).toBe("one a\none b\n");
  expect(house.log()).toBe(
    "listening on [::]:9000, prefix: one\nlistening on [::]:9001, prefix: one\n" +
      "request: a\nresponse: one a\nrequest: b\nresponse: one b\n",
  );
});

it("tcp-echo without its arguments says how to run it", async () => {
  const house = town.move("tcp-echo", program("istio/tcp-echo-server"), { image: "", args: ["9000"] });
  expect([await house.running.exited, house.log().startsWith("you should run it like:")]).toEqual([1, true]);
});

it("http-echo says its text for every path and logs the request", async () => {
  const house = town.move("echo", program("hashicorp/http-echo"), {
    image: "",
    args: ["-text=hi", "-listen", ":8080"],
    port: 8080,
  });
  const { status, body } = await town.call("http://echo.shop:8080/any", {
    headers: { "user-agent": "curl/8" },
  });
  expect([status, body]).toEqual([200, "hi\n"]);
  expect(house.log()).toContain('"GET /any HTTP/1.1" 200 3 "curl/8" 0s\n');
});

it("agnhost's netexec says who and how, and ends when it is asked to", async () => {
  const house = town.move("net", program("registry.k8s.io/e2e-test-images/agnhost"), {
    image: "",
    args: ["netexec", "--http-port=8080"],
    port: 8080,
  });
  const get = async (path: string) => (await town.call(`http://net.shop:8080${path}`)).body;
  expect([await get("/hostname"), await get("/echo?msg=hi")]).toEqual(["net", "hi"]);
  expect(await get("/clientip")).toMatch(/^10\.42\.0\.10:\d+$/);
  await town.call("http://net.shop:8080/exit?code=3").catch(() => undefined);
  expect(await house.running.exited).toBe(3);
});
