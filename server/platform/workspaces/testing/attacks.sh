#!/bin/bash
# What a learner may try against the machine they work on. Prints one line per attack: attack, id, name, held or BROKEN.
# Knows where things are outside from ./facts.sh: the test tells more than a real learner would know.
. "$HOME/facts.sh"

case "$(uname -m)" in
x86_64) ptrace=101 readv=310 clone=56 mount=165 keyctl=250 perf=298 uffd=323 memfd=319 shmget=29 persona=135 ;;
aarch64) ptrace=117 readv=270 clone=220 mount=40 keyctl=219 perf=241 uffd=282 memfd=279 shmget=194 persona=92 ;;
esac

# ID NAME COMMAND: the command succeeds when the attack does.
breaks() {
  if (eval "$3") </dev/null >/dev/null 2>&1; then verdict=BROKEN; else verdict=held; fi
  printf 'attack\t%s\t%s\t%s\n' "$1" "$2" "$verdict"
}
socket_of() { perl -MIO::Socket::UNIX -e 'exit(IO::Socket::UNIX->new(Peer => $ARGV[0]) ? 0 : 1)' "$1"; }
port_of() { timeout 3 bash -c "exec 3<>/dev/tcp/127.0.0.1/$1"; }
# Succeeds when the call is let through to the kernel, whatever the kernel then says of its arguments.
reaches() { perl -e '$n = shift; $r = syscall($n, map { 0 + $_ } @ARGV); exit($r >= 0 || ($! != 1 && $! != 38) ? 0 : 1)' -- "$@"; }
does() { perl -e '$n = shift; exit(syscall($n, map { 0 + $_ } @ARGV) >= 0 ? 0 : 1)' -- "$@"; }
family() { perl -MSocket -e 'exit(socket(my $s, $ARGV[0], $ARGV[1], $ARGV[2]) ? 0 : 1)' -- "$@"; }

breaks A3 "read another learner's file" 'cat "$OTHER/home/secret.txt"'
breaks A3 "list another learner's folder" 'ls "$OTHER/home"'
breaks A3 "write into another learner's home" 'echo x >"$OTHER/home/planted"'
breaks A3 "connect to another workspace's host" 'socket_of "$OTHER_SOCKET"'
breaks A3 "connect to another workspace's cluster" 'port_of "$OTHER_PORT"'
breaks A3 "see another workspace's processes" 'grep -alF -f "$HOME/other.txt" /proc/[0-9]*/cmdline | grep -q .'

breaks A4 "read web's secret" 'cat "$DATA/start-token"'
breaks A4 "list web's data" 'ls "$DATA"'
breaks A4 "read the own host's token" 'cat "$OWN/token"'
breaks A4 "read the cluster's state" 'ls "$OWN/cluster"'
breaks A4 "read the terminals' kept screens" 'ls "$OWN/screens"'
breaks A4 "connect to the own host" 'socket_of "$OWN_SOCKET" || socket_of /run/meshwork/host.sock'
breaks A4 "write over a system's program" 'echo x >>/usr/bin/env'
breaks A4 "add a system's program" 'echo x >/usr/local/bin/planted'
breaks A4 "write over the toolbox" 'echo x >"$TOOLBOX/bin/planted"'
breaks A4 "write over the kubeconfig" 'echo x >>"$KUBECONFIG"'
breaks A4 "add a user" 'echo x >>/etc/passwd'
breaks A4 "read the password hashes" 'cat /etc/shadow'
breaks A4 "read who this machine is" 'cat /etc/machine-id /etc/hostname'
breaks A4 "look into the server's user's home" 'ls "$SERVER_HOME"'
breaks A4 "look at the machine's devices" 'ls /sys/class /dev/kmsg'
breaks A4 "see other terminals" '[ "$(ls /dev/pts | wc -l)" -gt 1 ]'
breaks A4 "see the host" 'ls -d "/proc/$HOST_PID"'
breaks A4 "see the whole machine's processes" '[ "$(ls -d /proc/[0-9]* | wc -l)" -gt 40 ]'
breaks A4 "signal the host" 'kill -0 "$HOST_PID"'
breaks A4 "signal a process of the server's" 'kill -0 "$OUTSIDE_PID"'
breaks A4 "read the server's environment" 'grep -al "$SECRET" /proc/[0-9]*/environ | grep -q .'
breaks A4 "trace a process" 'sleep 5 & does $ptrace 16 $! 0 0'
breaks A4 "read a process' memory" 'sleep 5 & does $readv $! 0 0 0 0 0'
breaks A4 "become root in a user namespace (unshare)" 'unshare --user --map-root-user true'
breaks A4 "become root in a user namespace (clone)" 'does $clone 268435473 0 0 0 0'
breaks A4 "ask for namespaces where no filter looks (clone3)" 'reaches 435 0 0'
breaks A4 "get a network of one's own" 'unshare --user --net true'
breaks A4 "mount" 'reaches $mount 0 0 0 0 0 && mount -t tmpfs none /tmp'
breaks A4 "enter another namespace" 'nsenter --target 1 --net true'
breaks A4 "change the root" 'chroot / true'
breaks A4 "gain rights by a setuid program" '! grep -q "NoNewPrivs:.1" /proc/self/status'
breaks A4 "keep a capability" '! grep -q "CapBnd:.0000000000000000" /proc/self/status'
breaks A4 "do without the system call filter" '! grep -q "Seccomp:.2" /proc/self/status'
breaks A4 "type into a terminal (TIOCSTI)" 'perl -e "open(my \$t, q(+<), q(/dev/tty)) && ioctl(\$t, 0x5412, my \$c = q(x)) or exit 1"'
breaks A4 "talk to the kernel by netlink" 'family 16 3 0'
breaks A4 "send raw packets" 'family 2 3 1 || family 17 3 768'
breaks A4 "open a rarely used socket family" 'family 40 1 0 || family 38 5 0'
breaks A4 "use io_uring" 'reaches 425 1 0'
breaks A4 "use the kernel's keyrings" 'does $keyctl 0 -3 1'
breaks A4 "use performance counters" 'reaches $perf 0 0 0 0 0'
breaks A4 "handle page faults" 'does $uffd 1'
breaks A4 "change the personality" 'does $persona 4294967295'
breaks A4 "use memory that no process has (memfd)" 'perl -e "exit(syscall(\$ARGV[0], q(x), 0) >= 0 ? 0 : 1)" $memfd'
breaks A4 "use memory that no process has (System V)" 'does $shmget 0 4096 384'
breaks A4 "read the kernel's log" 'dmesg'
breaks A4 "set a kernel's parameter" 'echo x >/proc/sys/kernel/core_pattern'
breaks A4 "rename the machine" 'hostname planted'
breaks A4 "make a device" 'mknod /tmp/disk b 8 0'
breaks A4 "find a file that somebody left open" 'ls /proc/self/fd | grep -qvxE "0|1|2|3"'
breaks A4 "reach a listener on the machine's loopback" 'port_of "$OUTSIDE_PORT"'
breaks A4 "see another network than the loopback" 'tail -n +3 /proc/net/dev | grep -qv "^ *lo:"'
breaks A5 "have as many processes as one likes" '[ "$(ulimit -Hu)" = unlimited ] || [ "$(ulimit -Hu)" -gt 1000 ]'
breaks A5 "have as many open files as one likes" '[ "$(ulimit -Hn)" = unlimited ] || [ "$(ulimit -Hn)" -gt 4096 ]'
breaks A5 "write a file of any size" '[ "$(ulimit -Hf)" = unlimited ]'
breaks A5 "leave a core dump" 'ulimit -c unlimited'
breaks A5 "run before others" 'renice -n -5 $$'
breaks A5 "fill the shared memory" 'head -c 4000000 /dev/zero >/dev/shm/filler'
