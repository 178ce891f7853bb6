import { expect, it } from "vitest";
import { encodeProgram, type Instruction, seccompProgram } from "./seccomp.ts";
import { syscallTables } from "./syscalls.ts";

const ALLOWED = "allowed";

/** What the kernel would do: a machine for the five instructions that the program uses. */
function verdict(
  program: readonly Instruction[],
  call: { audit: number; number: number; args?: number[] },
): string {
  const [first = 0, second = 0] = call.args ?? [];
  const words = new Map([
    [0, call.number],
    [4, call.audit],
    [16, first],
    [24, second],
  ]);
  let loaded = 0;
  for (let at = 0; at < program.length; at++) {
    const { code, yes, no, value } = program[at] ?? { code: 0, yes: 0, no: 0, value: 0 };
    if (code === 0x20) loaded = words.get(value) ?? Number.NaN;
    else if (code === 0x06)
      return value === 0x7fff0000 ? ALLOWED : value === 0x80000000 ? "killed" : `errno ${value & 0xffff}`;
    else {
      const holds =
        code === 0x15 ? loaded === value : code === 0x35 ? loaded >= value : (loaded & value) !== 0;
      at += holds ? yes : no;
    }
  }
  throw new Error("the program ran over its end");
}

for (const [name, table] of Object.entries(syscallTables)) {
  if (!table) continue;
  const { audit, refused, unknown, clone, socket, ioctl } = table;
  const program = seccompProgram(name) ?? [];
  const ask = (number: number, ...args: number[]) => verdict(program, { audit, number, args });

  it(`[A4] ${name}: refuses what leads out of a sandbox, and only that`, () => {
    expect(Object.values(refused).map((number) => ask(number))).toEqual(
      Object.values(refused).map(() => "errno 1"),
    );
    expect(Object.values(unknown).map((number) => ask(number))).toEqual(["errno 38", "errno 38"]);
    const listed = new Set([...Object.values(refused), ...Object.values(unknown)]);
    expect(listed.size).toBe(Object.keys(refused).length + Object.keys(unknown).length);
    const others = Array.from({ length: 460 }, (_, number) => number).filter((number) => !listed.has(number));
    const wary = new Set([socket]); // family 0 is none of the allowed ones
    expect(others.filter((number) => ask(number) !== ALLOWED)).toEqual([...wary]);
  });

  it(`[A4] ${name}: looks into clone, socket and ioctl`, () => {
    expect(ask(clone, 0x11)).toBe(ALLOWED);
    expect(ask(clone, 0x3d0f00)).toBe(ALLOWED); // a thread
    for (const flag of [0x20000, 0x2000000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000])
      expect(ask(clone, flag | 0x11)).toBe("errno 1");
    expect([1, 2, 10].map((family) => ask(socket, family))).toEqual([ALLOWED, ALLOWED, ALLOWED]);
    expect([0, 3, 16, 17, 38, 40].map((family) => ask(socket, family))).toEqual(Array(6).fill("errno 97"));
    expect([0x5412, 0x541c].map((request) => ask(ioctl, 0, request))).toEqual(["errno 1", "errno 1"]);
    expect(ask(ioctl, 0, 0x5413)).toBe(ALLOWED); // the window's size
  });

  it(`[A4] ${name}: takes no other architecture's numbers`, () => {
    expect(verdict(program, { audit: 0x40000003, number: 1 })).toBe("killed");
    expect(ask(0x40000000 + 1)).toBe("errno 38");
  });
}

it("is laid out as struct sock_filter", () => {
  expect(encodeProgram([{ code: 0x15, yes: 1, no: 2, value: 0x80000000 }])).toEqual(
    Buffer.from([0x15, 0, 1, 2, 0, 0, 0, 0x80]),
  );
});

it("knows its processors only", () => {
  expect(seccompProgram("riscv64")).toBeUndefined();
});
