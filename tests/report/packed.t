#!/usr/bin/python3
# A compressed log gives the answer that its bytes give: unpacked by ISA-L or by zlib, in one thread or with another
# beside it, of several members, cut off, damaged, with something behind it; and so do several of them.
import difflib, gzip, os, random, signal, subprocess, sys, zlib
sys.dont_write_bytecode = True  # the source folders stay clean
sys.path.insert(0, "tests")
from answers import *

# A library of ISA-L's name that holds nothing of it: as on a host that has none.
decoy = path("libisal.so.2")
subprocess.run([os.environ.get("CC", "cc"), "-shared", "-fPIC", "-Wl,-soname,libisal.so.2", "-o", decoy, "-x", "c", "/dev/null"], check=True)
WAYS = [("ISA-L", {}), ("zlib", {"LD_PRELOAD": decoy, "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0"})]

def answer(files, threads, more):
    got = run("report", *NONE, "--threads", str(threads), *files, **more)
    return got.stdout, got.stderr, got.returncode

# All ways of reading them: one answer, which is given.
def same(files, name):
    files = files if isinstance(files, list) else [files]
    got = {(way, n): answer(files, n, more) for way, more in WAYS for n in (1, 2)}
    first = got["zlib", 1]
    ok(all(g == first for g in got.values()), f"{name}: the same in all ways", got)
    return first

plain = open(weeks_log("plain.log", 2), "rb").read()
plain *= 1 + (24 << 20) // len(plain)  # longer than all that is unpacked beside the reading at a time
lines = plain.splitlines(keepends=True)
write("plain.log", plain)
want = run("report", *NONE, path("plain.log"))
def like(got, file):
    return (got[0].replace(os.path.basename(file).encode(), b"plain.log"), got[2]) == (want.stdout, want.returncode)

half = len(plain) // 2 + 17
packed = gzip.compress(plain, 6, mtime=0)
members = gzip.compress(plain[:half], 1, mtime=0) + gzip.compress(b"", mtime=0) + gzip.compress(plain[half:], 9, mtime=0)
for name, data in (("whole", packed), ("stored", gzip.compress(plain, 0, mtime=0)), ("members", members), ("padded", packed + bytes(700)),
                   ("garbage", packed + b"no member")):
    file = write(name + ".gz", data)
    ok(like(same(file, name), file), f"{name}: the answer of the plain file", want)
for tool in (["bzip2", "-c"], ["xz", "-0c"], ["zstd", "-qc"], ["lz4", "-qc"]):
    file = write("log." + tool[0], subprocess.run(tool, input=plain, capture_output=True).stdout)
    got = [answer([file], n, {}) for n in (1, 2)]
    ok(got[0] == got[1], f"{tool[0]}: the same with one thread and two", "\n".join(difflib.ndiff(*(repr(g).split("\\n") for g in got))))
    ok(like(got[0], file), f"{tool[0]}: the answer of the plain file", got[0])

# Cut off, and damaged: the words and the lines before.
small = plain[:3 << 20]
packed = gzip.compress(small, 6, mtime=0)
trouble = {"cut in its header": packed[:7], "cut at its end": packed[:-1], "cut before its check sum": packed[:-8], "cut": packed[:len(packed) // 2 + 5],
           "a wrong check sum": packed[:-8] + bytes([packed[-8] ^ 1]) + packed[-7:], "a wrong length": packed[:-1] + bytes([packed[-1] ^ 1]),
           "unknown flags": packed[:3] + b"\xe0" + packed[4:], "no deflate": packed[:2] + b"\x07" + packed[3:],
           "a member cut behind a whole one": packed + packed[:len(packed) // 3], "a second member damaged": packed + packed[:5000] + bytes(64) + packed[5064:]}
for name, data in trouble.items():
    told = same(write("bad.gz", data), name)
    ok(b"bad.gz" in told[1] and b" gzip input" in told[1] and told[2] == (1 if b" lines before" in told[1] and told[0] else 2), f"{name}: is told", told)
some = random.Random(1)
for i in range(8):
    at = some.randrange(20, len(packed) - 8)
    same(write("bad.gz", packed[:at] + bytes([packed[at] ^ 1 << some.randrange(8)]) + packed[at + 1:]), f"damaged at {at}")

# Rotated ones, in any order, small and large, one of them damaged: each is there, and what is wrong is told of that one.
pieces = [lines[i * len(lines) // 5:(i + 1) * len(lines) // 5] for i in range(5)]
files = [write(f"mail.log.{5 - i}.gz", gzip.compress(b"".join(p), 1, mtime=0)) for i, p in enumerate(pieces)]
one = same(files, "rotated")
ok(answer(files[::-1], 2, {})[0] == one[0], "rotated: in any order")
write("mail.log.3.gz", gzip.compress(b"".join(pieces[2]), 1, mtime=0)[:-400])
ok(b"mail.log.3.gz" in same(files, "rotated, one cut")[1], "rotated, one cut: that one is named")

# What unpacks to no end and is no log is given up; a long line is cut; what is no file is read without a thread.
def zeros(mebibytes):
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    return b"".join(packer.compress(bytes(1 << 20)) for _ in range(mebibytes)) + packer.flush()
same(write("bomb.gz", zeros(600)), "a bomb")
same(write("long.gz", gzip.compress(small + b"x" * 700000 + b"\n" + small, 1, mtime=0)), "a long line")
for n in (1, 2):
    with open(path("whole.gz"), "rb") as f:
        told = subprocess.run([DKIMWHY, "report", *NONE, "--threads", str(n), "-"], stdin=f, capture_output=True, env=env)
    piped = subprocess.run([DKIMWHY, "report", *NONE, "--threads", str(n), "-"], input=open(path("whole.gz"), "rb").read(), capture_output=True, env=env)
    ok(told.stdout == piped.stdout and told.stdout.splitlines()[1:3] == want.stdout.splitlines()[1:3], f"standard input, {n}", told)

# A reader that is interrupted is gone at once, and one whose file is cut while it reads tells so. bzip2 takes its time.
# What a shell runs in the background ignores ^C.
def begin(file, threads):
    running = subprocess.Popen([DKIMWHY, "report", *NONE, "--threads", str(threads), file], env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                               preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
    while running.poll() is None:
        try:
            at = [int(open(f"/proc/{running.pid}/fdinfo/{fd}").readline().split()[1]) for fd in os.listdir(f"/proc/{running.pid}/fd")
                  if os.readlink(f"/proc/{running.pid}/fd/{fd}") == file]
        except (OSError, IndexError):
            continue
        if at and at[0] > 300000:
            break
    return running
slow = subprocess.run(["bzip2", "-c"], input=plain, capture_output=True).stdout
for n in (1, 2):
    file = write("slow.bz2", slow)
    running = begin(file, n)
    running.send_signal(signal.SIGINT)
    told = running.communicate(timeout=20)
    ok(running.returncode == -signal.SIGINT and told == (b"", b""), f"interrupted, {n}", (running.returncode, told))
    running = begin(file, n)
    running.send_signal(signal.SIGSTOP)
    os.truncate(file, len(slow) * 9 // 10)
    running.send_signal(signal.SIGCONT)
    told = running.communicate(timeout=60)
    ok(running.returncode == 1 and b"slow.bz2' breaks off: " in told[1] and told[0].startswith(b"slow.bz2"), f"cut while it is read, {n}", (running.returncode, told))

# The thread is begun once the door is shut, and is inside.
inside = run("--version", "--verbose").stdout.decode()
wanted = {("1" if "nothing" not in inside else "0", "2" if "seccomp" in inside else "0")}
running = subprocess.Popen([DKIMWHY, "report", *NONE, "--threads", "2", path("whole.gz"), path("stored.gz")], env=env, stdout=subprocess.PIPE)
most, closed = 1, set()
while running.poll() is None:
    try:
        threads = os.listdir(f"/proc/{running.pid}/task")
        most = max(most, len(threads))
        for thread in set(threads) - {str(running.pid)}:
            fields = dict(l.split(":\t", 1) for l in open(f"/proc/{running.pid}/task/{thread}/status").read().splitlines() if ":\t" in l)
            closed.add((fields["NoNewPrivs"], fields["Seccomp"]))
    except (OSError, KeyError):
        pass
running.communicate()
ok(most == 2, "the thread is there, and one only", most)
ok(closed == wanted, "and is closed in", (closed, wanted))
told = run("report", "--threads", "many")
ok(told.returncode == 2 and b"'--threads' takes a number" in told.stderr, "--threads wants a number", told)
done()
