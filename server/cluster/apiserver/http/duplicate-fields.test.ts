import { describe, expect, it } from "vitest";
import { duplicateFields } from "./duplicate-fields.ts";

describe("duplicate fields", () => {
  it.each([
    ['{"a":1,"b":{"a":1},"c":[{"a":1},{"a":2}]}', []],
    ['{"a":1,"a":2}', ["a"]],
    ['{"spec":{"x":{"y":1}},"data":{"k":"v","k":"w","k":"x"}}', ["data.k"]],
    ['{"spec":{"list":[1,{"i":"a,\\"b","i":2},[{"z":[],"z":{}}]]}}', ["spec.list[1].i", "spec.list[2][0].z"]],
    ['{"a":{},"\\u0061":1}', ["a"]],
    ['["a","a",{"a":"a"}]', []],
  ])("finds in %s %j", (text, paths) => {
    JSON.parse(text);
    expect(duplicateFields(text)).toEqual(paths);
  });
});
