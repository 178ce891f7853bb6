import { expect, it } from "vitest";
import { unpackKubectl } from "./kubectl.mjs";
import { capture } from "./run.mjs";

it.each([31, 35])("unpacks a working kubectl 1.%i", async (minor) => {
  const { code, output } = await capture(await unpackKubectl(minor), ["version", "--client"]);
  expect(code).toBe(0);
  expect(output).toContain(`Client Version: v1.${minor}.`);
});
