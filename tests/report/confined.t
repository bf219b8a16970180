#!/usr/bin/python3
# Who reads files has closed itself in by then: asked of the kernel, while the log is still being written.
# What that keeps it from is tested in tests/unit/confine.c.
import os, re, subprocess, sys, time
sys.dont_write_bytecode = True  # the source folders stay clean
sys.path.insert(0, "tests")
from answers import *

says = run("--version", "--verbose").stdout.decode().splitlines()
ok(len(says) == 2 and re.fullmatch(r"while logs are read, .* by: (Landlock \(version \d+\)(, seccomp)?|seccomp|nothing)", says[1]), "--version -v tells", says)
ok(run("--version").stdout.decode().splitlines() == says[:1], "--version alone does not")

def status(pid):
    fields = dict(l.split(":\t", 1) for l in open(f"/proc/{pid}/status").read().splitlines() if ":\t" in l)
    return fields.get("NoNewPrivs"), fields.get("Seccomp")

def await_status(pid, wanted):
    for _ in range(400):
        if status(pid) == wanted:
            break
        time.sleep(0.05)
    return status(pid)

lines = b"".join(b"Nov 24 05:00:%02d mx1 opendkim[812]: 3A00000000%d: no signing table match for 'a@x.example'\n" % (i, i) for i in range(5))
fifo, out, plain = path("fifo"), path("out.txt"), write("plain.log", lines)
os.mkfifo(fifo)
wanted = ("1" if "nothing" not in says[1] else "0", "2" if "seccomp" in says[1] else "0")
for args in (["report"], ["report", "--list", "-f", "json"], ["report", "--nagios"], ["report", "-o", out], ["export"], ["export", "-f", "prometheus"],
             ["explain", "3A000000003"], ["rules", "test"]):
    own = [] if args[0] == "rules" else NONE
    log = ["--log", fifo] if args[0] == "explain" else [fifo]
    running = subprocess.Popen([DKIMWHY, *args, *own, "-q", *log], env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    with open(fifo, "wb") as f:  # waits for the reader
        f.write(lines)
        f.flush()
        got = await_status(running.pid, wanted)
    told, wrong = running.communicate()
    ok(got == wanted, f"{' '.join(args[:2])}: closed in", (got, wanted))
    same = run(*args, *own, "-q", *[plain if a == fifo else a for a in log])
    ok(running.returncode == same.returncode in (0, 1, 2) and told.replace(b"fifo", b"plain.log") == same.stdout and wrong == same.stderr,
       f"{' '.join(args[:2])}: and its answer is whole", (told, wrong, same))
ok(b"3A000000000" in open(out, "rb").read() and not [n for n in os.listdir(work) if n.startswith("out.txt.")], "-o writes into its folder")
for kind, made in (("gz", ["gzip", "-kc"]), ("bz2", ["bzip2", "-kc"]), ("xz", ["xz", "-kc"]), ("zst", ["zstd", "-qc"]), ("lz4", ["lz4", "-qc"])):
    packed = write("log." + kind, subprocess.run([*made, plain], capture_output=True).stdout)
    ok(run("export", *NONE, "-q", packed).stdout.count(b'"queue_id"') == 5, f"{kind} is unpacked inside", run("export", *NONE, packed))
done()
