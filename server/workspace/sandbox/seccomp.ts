import { type SyscallTable, syscallTables } from "./syscalls.ts";

// A deny-list as classic BPF, for bwrap's --seccomp: instructions of eight bytes over seccomp_data (linux/seccomp.h):
// number at 0, architecture at 4, the low word of argument N at 16 + 8N (both processors are little-endian).

const LOAD = 0x20;
const IF_EQUAL = 0x15;
const IF_AT_LEAST = 0x35;
const IF_ANY_BIT = 0x45;
const RETURN = 0x06;

const ALLOW = 0x7fff0000;
const KILL = 0x80000000;
const fail = (errno: number) => 0x00050000 | errno;
const EPERM = 1;
const ENOSYS = 38;
const EAFNOSUPPORT = 97;

/** Every CLONE_NEW* that clone knows: mount, cgroup, uts, ipc, user, pid, net. */
const NEW_NAMESPACES = 0x7e020000;
/** AF_UNIX, AF_INET, AF_INET6: no netlink, no packet sockets, none of the rarely walked families. */
const SOCKET_FAMILIES = [1, 2, 10];
/** TIOCSTI and TIOCLINUX put characters into a terminal's input, as if somebody had typed them. */
const TYPING_IOCTLS = [0x5412, 0x541c];
/** Numbers from here on belong to the x32 ABI. No filter for it: nothing here was built for it. */
const X32 = 0x40000000;

export interface Instruction {
  readonly code: number;
  /** Instructions to skip when the comparison holds, and when it does not. */
  readonly yes: number;
  readonly no: number;
  readonly value: number;
}

/** Undefined where we know no system call numbers: see `syscallTables`. */
export function seccompProgram(architecture: string): readonly Instruction[] | undefined {
  const table = syscallTables[architecture];
  return table && program(table);
}

/** As the kernel reads it: struct sock_filter, one after the other. */
export function encodeProgram(instructions: readonly Instruction[]): Buffer {
  const bytes = Buffer.alloc(instructions.length * 8);
  for (const [index, { code, yes, no, value }] of instructions.entries()) {
    bytes.writeUInt16LE(code, index * 8);
    bytes.writeUInt8(yes, index * 8 + 2);
    bytes.writeUInt8(no, index * 8 + 3);
    bytes.writeUInt32LE(value >>> 0, index * 8 + 4);
  }
  return bytes;
}

function program({ audit, refused, unknown, clone, socket, ioctl }: SyscallTable): Instruction[] {
  const answer = (value: number) => ({ code: RETURN, yes: 0, no: 0, value });
  const load = (offset: number) => ({ code: LOAD, yes: 0, no: 0, value: offset });
  const test = (code: number, value: number, jumps: { yes: number; no: number }) => ({
    code,
    value,
    ...jumps,
  });
  const each = (numbers: Readonly<Record<string, number>>, errno: number) =>
    Object.values(numbers).flatMap((number) => [
      test(IF_EQUAL, number, { yes: 0, no: 1 }),
      answer(fail(errno)),
    ]);
  /** For one system call only; the rest of the program sees the number again. */
  const within = (number: number, body: Instruction[]) => [
    test(IF_EQUAL, number, { yes: 0, no: body.length + 1 }),
    ...body,
    load(0),
  ];
  return [
    // A foreign architecture would give the numbers another meaning.
    ...[load(4), test(IF_EQUAL, audit, { yes: 1, no: 0 }), answer(KILL)],
    ...[load(0), test(IF_AT_LEAST, X32, { yes: 0, no: 1 }), answer(fail(ENOSYS))],
    ...each(refused, EPERM),
    // clone3's flags lie in memory, where no filter sees them; glibc falls back to clone.
    ...each(unknown, ENOSYS),
    ...within(clone, [load(16), test(IF_ANY_BIT, NEW_NAMESPACES, { yes: 0, no: 1 }), answer(fail(EPERM))]),
    ...within(socket, [
      load(16),
      ...SOCKET_FAMILIES.map((family, index) =>
        test(IF_EQUAL, family, { yes: SOCKET_FAMILIES.length - index, no: 0 }),
      ),
      answer(fail(EAFNOSUPPORT)),
    ]),
    ...within(ioctl, [
      load(24),
      ...TYPING_IOCTLS.flatMap((request) => [
        test(IF_EQUAL, request, { yes: 0, no: 1 }),
        answer(fail(EPERM)),
      ]),
    ]),
    answer(ALLOW),
  ];
}
