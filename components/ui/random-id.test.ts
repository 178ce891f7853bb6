import { expect, it } from "vitest";
import { z } from "zod";
import { randomId } from "./random-id.ts";

it("[UI1] makes UUIDs the server's schema accepts, each a new one", () => {
  const ids = Array.from({ length: 50 }, randomId);
  expect(ids.filter((id) => !z.uuid().safeParse(id).success)).toEqual([]);
  expect(new Set(ids).size).toBe(50);
});
