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
# What is no file stays what it is; a link is replaced, and not followed, but where it is the standard output.
whole, sink = run("export", *NONE, "-q", plain).stdout, path("sink")
os.mkfifo(sink)
writing = subprocess.Popen([DKIMWHY, "export", *NONE, "-q", "-o", sink, plain], env=env)
with open(sink, "rb") as f:  # waits for the writer
    told = f.read()
ok(writing.wait() == 1 and told == whole and not os.path.isfile(sink), "-o writes into a pipe", told)
result = run("export", *NONE, "-q", "-o", "/proc/self/fd/1", plain)
ok(result.returncode == 1 and result.stdout == whole, "-o writes to the standard output by its name", result)
link, aim, kept = path("link"), write("aim", "as it was"), write("kept", "before\n")
os.symlink(aim, link)
run("export", *NONE, "-q", "-o", link, plain)
ok(not os.path.islink(link) and open(link, "rb").read() == whole and open(aim).read() == "as it was", "-o follows no link")
os.symlink("/proc/self/fd/1", path("stdout"))
with open(kept, "ab") as f:
    subprocess.run([DKIMWHY, "export", *NONE, "-q", "-o", path("stdout"), plain], env=env, stdout=f)
ok(os.path.islink(path("stdout")) and open(kept, "rb").read() == b"before\n" + whole, "but one to the standard output, and adds there")
result = run("export", *NONE, "-q", "-o", work, plain)
ok(result.returncode == 2 and b"Is a directory" in result.stderr, "-o into a folder is told as such", result)
# The host's tables are asked while mail is judged, when no other file can be opened.
for name, text in (("trusted", "127.0.0.1\n192.0.2.0/24\n"), ("signing", "*@x.example k\n"), ("keys", "k x.example:s:/k\n")):
    write(name, text)
conf = write("opendkim.conf", f"SyslogSuccess yes\nSigningTable refile:{path('signing')}\nKeyTable {path('keys')}\nInternalHosts {path('trusted')}\n")
def silent(q, ip, said):
    return (f"Nov 24 05:10:00 mx1 postfix/smtpd[9]: {q}: client=a.x.example[{ip}]\nNov 24 05:10:00 mx1 postfix/cleanup[3]: {q}: message-id=<{q}@x.example>\n{said}"
            f"Nov 24 05:10:01 mx1 postfix/qmgr[4]: {q}: from=<a@x.example>, size=1, nrcpt=1 (queue active)\n"
            f"Nov 24 05:10:02 mx1 postfix/smtp[8]: {q}: to=<b@far.example>, relay=mx.far.example[203.0.113.1]:25, dsn=2.0.0, status=sent (250 ok)\nNov 24 05:10:02 mx1 postfix/qmgr[4]: {q}: removed\n")
log = write("silent.log", silent("3A00000021", "192.0.2.7", "Nov 24 05:10:00 mx1 opendkim[812]: 3A00000021: DKIM-Signature field added (s=s, d=x.example)\n") + silent("3A00000022", "203.0.113.7", ""))
told = run("export", "-q", "--opendkim-conf", conf, log).stdout
ok(b'"queue_id":"3A00000022"' in told and b'"cause":"not-internal"' in told, "the host's tables are known inside", told)
for kind, made in (("gz", ["gzip", "-kc"]), ("bz2", ["bzip2", "-kc"]), ("xz", ["xz", "-kc"]), ("zst", ["zstd", "-qc"]), ("lz4", ["lz4", "-qc"])):
    packed = write("log." + kind, subprocess.run([*made, plain], capture_output=True).stdout)
    ok(run("export", *NONE, "-q", packed).stdout.count(b'"queue_id"') == 5, f"{kind} is unpacked inside", run("export", *NONE, packed))
done()
