import { describe, expect, it } from "vitest";
import { Injector } from "./injector.ts";
import { readSettings } from "./settings.ts";

const injected = (env: Record<string, string>, requests: number) => {
  const injector = new Injector(readSettings(env));
  return Array.from({ length: requests }, () => injector.next(0)?.error ?? "");
};

describe("injected faults", () => {
  it("come by count: a rate of 0.5 fails every second request", () => {
    const error = "Service error automatically injected";
    expect(injected({ ERROR_RATE: "0.5" }, 4)).toEqual(["", error, "", error]);
    expect(injected({ ERROR_RATE: "1" }, 2)).toEqual([error, error]);
    expect(injected({}, 2)).toEqual(["", ""]);
  });

  it("are delays with the code of the settings when the type says so", () => {
    const env = { ERROR_RATE: "1", ERROR_TYPE: "delay", ERROR_DELAY: "4s", ERROR_CODE: "503" };
    expect(new Injector(readSettings(env)).next(0)).toEqual({
      code: 503,
      error: "Service delay automatically injected",
      delayMs: 4000,
    });
  });

  it("count requests per second for the rate limit", () => {
    const limited = "Service exceeded rate limit";
    expect(injected({ RATE_LIMIT: "2" }, 3)).toEqual(["", "", limited]);
  });
});
