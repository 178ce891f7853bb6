import { describe, expect, it } from "vitest";
import { readStartLink } from "./start-token.ts";

describe("readStartLink", () => {
  it.each([
    { search: "", hash: "#abc123", link: { token: "abc123", next: "/" } },
    { search: "", hash: "#token=abc&next=/labs/mtls", link: { token: "abc", next: "/labs/mtls" } },
    { search: "?token=abc", hash: "", link: { token: "abc", next: "/" } },
    { search: "", hash: "", link: { token: undefined, next: "/" } },
  ])("[ST1] reads $search$hash", ({ search, hash, link }) => {
    expect(readStartLink(search, hash)).toEqual(link);
  });

  it("[ST2] never leads to another site", () => {
    const elsewhere = ["//evil.example", "/\\evil.example", "https://evil.example", "javascript:alert(1)"];
    expect(
      elsewhere.map((next) => readStartLink(`?token=a&next=${encodeURIComponent(next)}`, "").next),
    ).toEqual(["/", "/", "/", "/"]);
  });
});
