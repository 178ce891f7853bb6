import { describe, expect, it } from "vitest";
import { METER_HEAD, meterEnd } from "./meter.ts";
import { CurlUsageError, parseCurl } from "./options.ts";
import { parseUrl, requestHeaders } from "./request.ts";

describe("curl's command line", () => {
  it("takes bundled short options, values in the same word, and long options", () => {
    const options = parseCurl([
      "-sSo/dev/null",
      "-w",
      "%{http_code}",
      "--max-time",
      "2.5",
      "-XPOST",
      "web:8080",
    ]);
    expect([options.silent, options.showError, options.output]).toEqual([true, true, "/dev/null"]);
    expect([options.writeOut, options.maxTime, options.method]).toEqual(["%{http_code}", 2.5, "POST"]);
    expect(options.urls).toEqual(["web:8080"]);
  });

  it.each([
    [["--nope"], "option --nope: is unknown"],
    [["-H"], "option -H: requires parameter"],
    [["-m", "soon", "x"], "option -m: expected a proper numerical parameter"],
  ])("refuses %j", (args, message) => {
    expect(() => parseCurl(args)).toThrow(new CurlUsageError(message));
  });

  it("sends headers in curl's order; -H replaces, adds and removes", () => {
    const options = parseCurl([
      "-H",
      "Host: shop.example",
      "-H",
      "X-User: Jason",
      "-H",
      "Accept:",
      "http://10.0.0.1/",
    ]);
    expect(requestHeaders(parseUrl("http://10.0.0.1/"), options, undefined)).toEqual([
      ["Host", "shop.example"],
      ["User-Agent", "curl/8.5.0"],
      ["X-User", "Jason"],
    ]);
  });

  it("reads a URL without a scheme as http and refuses other protocols", () => {
    expect(parseUrl("web-api.shop:8080/x").href).toBe("http://web-api.shop:8080/x");
    expect(() => parseUrl("ftp://x")).toThrow('Protocol "ftp" not supported or disabled in libcurl');
  });
});

describe("curl's meter", () => {
  it("ends with the size, both percentages and the speed", () => {
    expect(METER_HEAD.split("\n").length).toBe(3);
    expect(meterEnd({ received: 615, expected: 615, sent: 0, elapsedMs: 50 })).toBe(
      "\r100   615  100   615    0     0  12300      0 --:--:-- --:--:-- --:--:-- 12300\n",
    );
    expect(meterEnd({ received: 615, expected: undefined, sent: 0, elapsedMs: 1000 })).toBe(
      "\r100   615    0   615    0     0    615      0 --:--:--  0:00:01 --:--:--   615\n",
    );
  });
});
