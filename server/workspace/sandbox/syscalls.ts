/** What a processor calls the system calls that the filter looks at. From Linux' asm/unistd_64.h and asm-generic/unistd.h. */
export interface SyscallTable {
  /** AUDIT_ARCH_*: what seccomp_data.arch holds. */
  readonly audit: number;
  /** Refused with EPERM. */
  readonly refused: Readonly<Record<string, number>>;
  /** Said to be unknown (ENOSYS), so that programs take their older way. */
  readonly unknown: Readonly<Record<string, number>>;
  readonly clone: number;
  readonly socket: number;
  readonly ioctl: number;
}

/** Numbers since 424 are the same everywhere. */
const common = {
  ...{ io_uring_setup: 425, io_uring_enter: 426, io_uring_register: 427 },
  ...{ open_tree: 428, move_mount: 429, fsopen: 430, fsconfig: 431, fsmount: 432, fspick: 433 },
  ...{ pidfd_getfd: 438, process_madvise: 440, mount_setattr: 442, quotactl_fd: 443 },
  ...{ memfd_secret: 447, process_mrelease: 448, set_mempolicy_home_node: 450 },
};
const clone3 = 435;

const x64: SyscallTable = {
  audit: 0xc000003e,
  refused: {
    ...{ ptrace: 101, process_vm_readv: 310, process_vm_writev: 311, kcmp: 312 },
    ...{ mount: 165, umount2: 166, pivot_root: 155, chroot: 161, swapon: 167, swapoff: 168 },
    ...{ setns: 308, unshare: 272, reboot: 169, kexec_load: 246, kexec_file_load: 320 },
    ...{ init_module: 175, delete_module: 176, finit_module: 313, bpf: 321, perf_event_open: 298 },
    ...{ userfaultfd: 323, add_key: 248, request_key: 249, keyctl: 250, syslog: 103, vhangup: 153 },
    ...{ name_to_handle_at: 303, open_by_handle_at: 304, quotactl: 179, acct: 163, personality: 135 },
    ...{ mbind: 237, set_mempolicy: 238, migrate_pages: 256, move_pages: 279, lookup_dcookie: 212 },
    ...{ settimeofday: 164, clock_settime: 227, adjtimex: 159, clock_adjtime: 305, fanotify_init: 300 },
    ...{ iopl: 172, ioperm: 173, modify_ldt: 154, nfsservctl: 180 },
    // Memory that belongs to no process escapes the sum that the watchdog looks at.
    ...{ shmget: 29 },
    ...common,
  },
  unknown: { clone3, memfd_create: 319 },
  ...{ clone: 56, socket: 41, ioctl: 16 },
};

const arm64: SyscallTable = {
  audit: 0xc00000b7,
  refused: {
    ...{ ptrace: 117, process_vm_readv: 270, process_vm_writev: 271, kcmp: 272 },
    ...{ mount: 40, umount2: 39, pivot_root: 41, chroot: 51, swapon: 224, swapoff: 225 },
    ...{ setns: 268, unshare: 97, reboot: 142, kexec_load: 104, kexec_file_load: 294 },
    ...{ init_module: 105, delete_module: 106, finit_module: 273, bpf: 280, perf_event_open: 241 },
    ...{ userfaultfd: 282, add_key: 217, request_key: 218, keyctl: 219, syslog: 116, vhangup: 58 },
    ...{ name_to_handle_at: 264, open_by_handle_at: 265, quotactl: 60, acct: 89, personality: 92 },
    ...{ mbind: 235, set_mempolicy: 237, migrate_pages: 238, move_pages: 239, lookup_dcookie: 18 },
    ...{ settimeofday: 170, clock_settime: 112, adjtimex: 171, clock_adjtime: 266, fanotify_init: 262 },
    ...{ nfsservctl: 42, shmget: 194 },
    ...common,
  },
  unknown: { clone3, memfd_create: 279 },
  ...{ clone: 220, socket: 198, ioctl: 29 },
};

/** By Node's name of the processor; for any other there is no filter, and so no sandbox. */
export const syscallTables: Readonly<Partial<Record<string, SyscallTable>>> = { x64, arm64 };
