import { expect, it } from "vitest";
import { sharesOf, shareWords } from "./shares.ts";

it("a caller's traffic is shared out by protocol; the whole of it and none of it are not told", () => {
  const edge = (id: string, protocol: "http" | "tcp", rate: number) => ({
    id,
    source: id.charAt(0),
    protocol,
    rate,
  });
  const shares = sharesOf([
    ...[edge("a1", "http", 9), edge("a2", "http", 1), edge("a3", "tcp", 500), edge("a4", "http", 0)],
    ...[edge("b1", "http", 2), edge("c1", "http", 0)],
  ]);
  expect([...shares].map(([id, share]) => [id, shareWords(share)])).toEqual([
    ["a1", "90 %"],
    ["a2", "10 %"],
  ]);
  expect(shareWords(0.4)).toBe("0.4 %");
});
