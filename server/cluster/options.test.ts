import { expect, it } from "vitest";
import { OptionError, parseOptions } from "./options.ts";

const parse = (...words: string[]) => parseOptions(["--kubeconfig-out", "/tmp/config", ...words], {});

it("has its edges on loopback unless told that the cluster's addresses lead here", () => {
  expect(parse().edges).toBe("loopback");
  expect(parse("--edges", "addresses").edges).toBe("addresses");
  expect(() => parse("--edges", "everywhere")).toThrow(
    new OptionError("--edges everywhere: not one of loopback, addresses"),
  );
});
