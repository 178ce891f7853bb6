import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { deepFreeze } from "../../apimachinery/index.ts";
import { JsonWriter, jsonOf, metadataText, textOf } from "./json-text.ts";

const { fieldSet } = fc.letrec((tie) => ({
  fieldSet: fc.dictionary(fc.string({ maxLength: 40 }), fc.oneof(fc.constant({}), tie("fieldSet"))),
}));
const entry = fc.record({ manager: fc.string(), fieldsV1: fieldSet }, { requiredKeys: ["manager"] });
const metadata = fc.record({ name: fc.string(), managedFields: fc.array(entry) }, { requiredKeys: [] });
const object = fc.record(
  { apiVersion: fc.string(), kind: fc.string(), metadata, spec: fc.jsonValue(), data: fc.string() },
  { requiredKeys: [] },
);

describe("JSON text", () => {
  it("[JT1] is the object's JSON, whether kept or not", () => {
    fc.assert(
      fc.property(object, (value) => {
        expect(JSON.parse(jsonOf(value))).toEqual(JSON.parse(JSON.stringify(value)));
        const frozen = deepFreeze(value);
        expect(jsonOf(frozen)).toBe(jsonOf(frozen));
        expect(JSON.parse(jsonOf(frozen))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it("[JT2] counts its bytes", () => {
    const text = textOf({ metadata: { name: "ü" }, data: { k: "日本" } });
    const buffer = new JsonWriter().add("[").append(text).add("]").toBuffer();
    expect(buffer.toString("utf8")).toBe('[{"metadata":{"name":"ü"},"data":{"k":"日本"}}]');
  });

  it("[JT3] keeps equal field sets once", () => {
    const fieldsV1 = deepFreeze({ "f:data": {} });
    const [one, two] = ["a", "b"].map((manager) =>
      metadataText(deepFreeze({ managedFields: [{ manager, fieldsV1 }] })),
    );
    expect(one?.parts[1]).toBe('{"f:data":{}}');
    expect(two?.parts.join("")).toBe('{"managedFields":[{"manager":"b","fieldsV1":{"f:data":{}}}]}');
  });
});
