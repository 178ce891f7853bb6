import { afterEach, beforeEach, expect, it } from "vitest";
import { street } from "../testing/street.ts";
import { nginx } from "./index.ts";

let town = street();
beforeEach(() => {
  town = street();
});
afterEach(() => town.close());

function open(config?: string, files: Readonly<Record<string, string>> = {}) {
  const all = { ...files, ...(config === undefined ? {} : { "/etc/nginx/conf.d/default.conf": config }) };
  return town.move("web", nginx, { image: "nginx:1.27", port: 80, files: all });
}

it("shows its welcome page, what is not there, and a line for each request", async () => {
  const house = open();
  const home = await town.call("http://web.shop/", { headers: { "user-agent": "curl/8" } });
  expect([home.status, home.headers.server, home.body.includes("Welcome to nginx!")]).toEqual([
    200,
    "nginx/1.27.3",
    true,
  ]);
  expect((await town.call("http://web.shop/no")).body).toContain("<h1>404 Not Found</h1>");
  expect(house.log()).toContain(
    `10.42.0.10 - - [01/Jan/2026:00:00:00 +0000] "GET / HTTP/1.1" 200 ${home.body.length} "-" "curl/8" "-"\n`,
  );
  house.terminate();
  expect(await house.running.exited).toBe(0);
});

it("serves files, and what its configuration says for a path", async () => {
  open(
    'server { listen 80; root /data; location /health { default_type text/plain; return 200 "fine\\n"; } location = /gone { return 410; } }',
    {
      "/data/index.html": "<p>hello</p>",
      "/data/a.json": "{}",
    },
  );
  const get = async (path: string) => {
    const { status, headers, body } = await town.call(`http://web.shop${path}`);
    return [status, headers["content-type"], body];
  };
  expect(await get("/")).toEqual([200, "text/html", "<p>hello</p>"]);
  expect(await get("/a.json")).toEqual([200, "application/json", "{}"]);
  expect(await get("/health")).toEqual([200, "text/plain", "fine\n"]);
  expect((await get("/gone"))[0]).toBe(410);
});

it.each([
  [
    "server { listen 80; proxy_pass http://x; }",
    'directive "proxy_pass" is not supported by the practice cluster',
  ],
  ["server { listen 80;", 'unexpected end of file, expecting ";" or "}"'],
  [
    "server { listen 443 ssl; ssl_certificate /c; ssl_certificate_key /k; }",
    'cannot load certificate "/c": BIO_new_file() failed (SSL: error:80000002:system library::No such file or directory)',
  ],
])("does not start with %s", async (config, message) => {
  const house = open(config);
  expect([await house.running.exited, house.log().endsWith(`nginx: [emerg] ${message}\n`)]).toEqual([
    1,
    true,
  ]);
});
