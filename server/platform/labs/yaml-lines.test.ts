import { describe, expect, it } from "vitest";
import { lineOfPath } from "./yaml-lines.ts";

const source = `id: a
checks:
  one:
    - id: x
      title: X

    # a comment
    - id: y
      object: { kind: Pod }
  "two":
  - id: z
    pods:
      ns: shop
solve: {}`;

describe("the line of a path in YAML", () => {
  it.each([
    [[], 1],
    [["id"], 1],
    [["checks", "one", 0, "title"], 5],
    [["checks", "one", 1], 8],
    [["checks", "one", 1, "object", "kind"], 9],
    [["checks", "two", 0, "pods", "ns"], 13],
    [["solve", "nowhere"], 14],
    [["nowhere"], 1],
  ])("%j is on line %i", (path, line) => {
    expect(lineOfPath(source, path)).toBe(line);
  });
});
