import fc from "fast-check";
import { expect, it } from "vitest";
import { joinCode, joinCodeDigest, readJoinCode } from "./join-code.ts";

const key = "a key of the server's";

it("[N1] a code has 65 bits, differs by id and by key, and is the same whenever it is shown", () => {
  const codes = new Set(Array.from({ length: 2_000 }, (_, index) => joinCode(`id-${index}`, key)));
  expect(codes.size).toBe(2_000);
  for (const code of codes)
    expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{5}$/);
  expect(13 * Math.log2(32)).toBeGreaterThanOrEqual(60);
  // Every character at every place: none is lost to a bias.
  const at = (place: number) => new Set([...codes].map((code) => code.replaceAll("-", "").charAt(place)));
  expect(Array.from({ length: 13 }, (_, place) => at(place).size)).toEqual(
    Array.from({ length: 13 }, () => 32),
  );
  expect(joinCode("id-0", key)).toBe(joinCode("id-0", key));
  expect(joinCode("id-0", "another key")).not.toBe(joinCode("id-0", key));
});

it("is read however it is typed", () => {
  const code = joinCode("id-7", key);
  const plain = code.replaceAll("-", "");
  for (const typed of [
    code,
    plain,
    code.toLowerCase(),
    ` ${plain.split("").join(" ")} `,
    plain.replaceAll("0", "O").replaceAll("1", "I"),
    plain.replaceAll("0", "o").replaceAll("1", "l"),
    code.replaceAll("-", "–"),
  ])
    expect(readJoinCode(typed)).toBe(plain);
});

it("what is no code is none, and nothing that is typed throws", () => {
  for (const typed of ["", "7K3F", "7K3F-9QXW-2MZ4!", "7K3F-9QXW-2MZ4D-X", "７K3F-9QXW-2MZ4D"])
    expect([typed, readJoinCode(typed)]).toEqual([typed, undefined]);
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 60 }), (typed) => {
      const read = readJoinCode(typed);
      return read === undefined || joinCodeDigest(read, key).length === 64;
    }),
  );
});
