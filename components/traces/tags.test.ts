import { expect, it } from "vitest";
import { parseTags } from "./tags.ts";

it("reads tags as Jaeger's own search does", () => {
  expect(parseTags('http.status_code=503 error=true db.statement="select * from x"')).toEqual({
    "http.status_code": "503",
    error: "true",
    "db.statement": "select * from x",
  });
  expect(parseTags("  ")).toEqual({});
  expect(parseTags("error")).toBeUndefined();
  expect(parseTags("a=b error")).toBeUndefined();
});
