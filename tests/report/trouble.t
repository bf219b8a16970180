#!/usr/bin/python3
# What stands where a log should: said in words, with status 2, while the logs beside it are read.
import gzip, io, json, os, pwd, re, shutil, socket, subprocess, sys, tarfile, zipfile
sys.dont_write_bytecode = True  # the source folders stay clean
sys.path.insert(0, "tests")
from answers import *

def lines(n, at=0):
    return b"".join(b"Nov 24 05:%02d:%02d mx1 opendkim[812]: 3A%08d: no signing table match for 'a@x.example'\n" % (i // 60 % 60, i % 60, i) for i in range(at, at + n))

good = write("good.log", lines(5))
answer = run("export", *NONE, "-q", good).stdout
os.mkdir(path("folder"))
os.symlink("loop", path("loop"))
os.symlink("nowhere", path("dangling"))
write("secret", lines(1))
os.chmod(path("secret"), 0)
listening = socket.socket(socket.AF_UNIX)
listening.bind(path("socket"))
rnd = bytes((i * 7919 + (i >> 3) * 31) % 256 for i in range(60000))
with gzip.open(path("bomb.gz"), "wb", 9) as f:  # one line of 300 MiB
    for i in range(300):
        f.write(bytes(1 << 20))
with gzip.open(path("blank.gz"), "wb", 9) as f:  # blank lines without an end, nearly
    for i in range(8):
        f.write(b"\n" * (1 << 20))
with gzip.open(path("foreign.gz"), "wb", 9) as f:
    for i in range(90):
        f.write(b"x" * 63 + b"\n" if i == 0 else (b"x" * 63 + b"\n") * (1 << 16))
def packed(name, tool):  # the bomb again
    with open(path(name), "wb") as f, subprocess.Popen([*tool, "-q", "-c"], stdin=subprocess.PIPE, stdout=f) as packer:
        for i in range(300):
            packer.stdin.write(bytes(1 << 20))
    return name
with zipfile.ZipFile(path("logs.zip"), "w", zipfile.ZIP_DEFLATED) as archive:
    for i in range(200):
        archive.writestr("mail.%d" % i, lines(1, i))
TROUBLE = (
    ("folder", "is a directory"), ("/dev/zero", "is a device"), ("/dev/full", "is a device"), ("loop", "Too many levels"), ("dangling", "No such file"),
    ("nothing", "No such file"), ("socket", "cannot open"), ("secret", "Permission denied"), ("/proc/self/mem", "cannot read on"),
    ("a" * 300, "File name too long"), (write("noise", rnd), "is understood"), (write("cut.gz", gzip.compress(lines(9))[:15]), "breaks off"),
    (write("bad.gz", b"\x1f\x8b\x08" + rnd), "breaks off|is understood"), (write("bad.xz", b"\xfd7zXZ\0" + rnd), "breaks off"),
    (write("bad.zst", b"\x28\xb5\x2f\xfd" + rnd), "breaks off"), (write("bad.bz2", b"BZh9" + rnd), "breaks off|is understood"), (write("bad.lz4", b"\x04\x22\x4d\x18" + rnd), "breaks off"),
    ("bomb.gz", "longer than 256 MiB"), (packed("bomb.bz2", ["bzip2"]), "longer than 256 MiB"), (packed("bomb.xz", ["xz", "-0"]), "longer than 256 MiB"),
    (packed("bomb.zst", ["zstd"]), "longer than 256 MiB"), (packed("bomb.lz4", ["lz4"]), "longer than 256 MiB"),
    (write("twice.gz", gzip.compress(gzip.compress(lines(9)))), "is understood"), ("logs.zip", "is understood"),
    ("foreign.gz", "is understood"), ("blank.gz", "no line is understood, and it goes on"),
)
# Root reads whatever the permissions are, and nobody has no way to what stands below /root.
program = shutil.copy(DKIMWHY, path("program"))
def nobody(*args):
    os.chmod(work, 0o711)
    return subprocess.run([program, *args], capture_output=True, env=env, cwd=work, user=pwd.getpwnam("nobody").pw_uid if os.getuid() == 0 else None)
for name, words in TROUBLE:
    file = name if name.startswith("/") else path(name)
    run_as = nobody if name == "secret" else run
    alone, beside = run_as("export", *NONE, file), run_as("export", *NONE, good, file)
    told = alone.stderr.decode()
    short = os.path.basename(name)[:20]
    ok(alone.returncode == 2 and not alone.stdout and re.search(words, told), f"{short}: said, with status 2", alone)
    ok(beside.returncode == 2 and beside.stdout == answer and re.search(words, beside.stderr.decode()), f"{short}: and the other log is read", beside)
result = run("report", *NONE, good, path("folder"), path("noise"), path("nothing"))
ok(result.returncode == 2 and b"5 UNSIGNED" in result.stdout.replace(b"UNSIGNED 5", b"5 UNSIGNED") and b"3 logs could not be read." in result.stdout, "a report says how many", result)
for args in (["report", "--nagios"], ["report", "--exit-zero"], ["explain", "3A00000000"], ["summary"], ["rules", "test"], ["export", "-f", "prometheus"]):
    own = [] if args[0] == "rules" else NONE
    logs = [good, path("folder")]
    result = run(*args, *own, *(sum((["--log", l] for l in logs), []) if args[0] == "explain" else logs))
    ok(result.returncode == 2 and result.stdout and b"is a directory" in result.stderr, f"{' '.join(args)}: status 2, and an answer", result)
store = path("store.db")
for bad in ("folder", "bomb.xz", "logs.zip", "nothing"):
    result = run("ingest", *NONE, "--store", store, good, path(bad))
    ok(result.returncode == 2 and bad.encode() in result.stderr and not run("export", *NONE, "--store", store).stdout, f"{bad}: an ingest says so, and has done nothing", result)
result = run("ingest", *NONE, "--store", store, path("cut.gz"), good)
ok(result.returncode == 0 and b"cut.gz' breaks off" in result.stderr and run("export", *NONE, "--store", store).stdout.count(b"\n") == 5, "an ingest takes what came before a log breaks off", result)
clean = write("clean.log", b"Nov 24 05:30:00 mx1 postfix/qmgr[1]: 3A000000001: removed\n")
result = run("report", "--nagios", *NONE, clean, path("folder"))
ok(result.returncode == 3 and result.stdout.startswith(b"DKIM UNKNOWN - 1 log could not be read."), "--nagios: all else is well, but a log is missing", result)
result = run("report", *NONE, path("folder"), path("nothing"))
ok(result.returncode == 2 and not result.stdout and result.stderr.count(b"\n") == 1, "none can be read: no report", result)
for args in (["/dev/null"], [write("empty", b"\n\n")]):
    ok(run("report", *NONE, *args).returncode == 0, f"{os.path.basename(args[0])} is no fault")

# Standard input that is none, or never ends.
with open("/dev/zero") as zero:
    ok(subprocess.run([DKIMWHY, "report", *NONE, "-"], stdin=zero, capture_output=True, env=env).returncode == 2, "a device as standard input")
endless = subprocess.Popen(["cat", "/dev/zero"], stdout=subprocess.PIPE)
result = subprocess.run([DKIMWHY, "report", *NONE, "-"], stdin=endless.stdout, capture_output=True, env=env)
endless.stdout.close()
endless.wait()
ok(result.returncode == 2 and b"longer than 256 MiB" in result.stderr, "a pipe that never ends is left", result)
result = subprocess.run([DKIMWHY, "report", *NONE, "-"], stdin=subprocess.DEVNULL, capture_output=True, env=env, close_fds=True)
ok(result.returncode == 0, "no standard input")

# Many members, archives.
many = lines(3000)
members = write("members.gz", b"".join(gzip.compress(l) for l in many.splitlines(True)))
whole = run("export", *NONE, "-q", write("many.log", many)).stdout
ok(run("export", *NONE, "-q", members).stdout.replace(b"members.gz", b"many.log") == whole and whole.count(b"\n") == 3000, "3000 members are one log")
archive = io.BytesIO()
with tarfile.open(fileobj=archive, mode="w:gz") as tar:
    for i in range(200):
        info = tarfile.TarInfo("var/log/mail.%d" % i)
        info.size = len(lines(1, i))
        tar.addfile(info, io.BytesIO(lines(1, i)))
result = run("export", *NONE, write("logs.tar.gz", archive.getvalue()))
ok(result.returncode == 1 and result.stdout.count(b"\n") == 200, "of an archive of 200 members each line is read", result)

# A log that changes between its being opened and its being read: another one, a pipe, is not written yet.
fifo = path("fifo")
os.mkfifo(fifo)
for what in "truncated", "removed", "replaced", "appended", "rewritten":
    changing = write("changing.log", lines(2000, 100))
    running = subprocess.Popen([DKIMWHY, "export", *NONE, "-q", fifo, changing], env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    with open(fifo, "wb") as f:
        if what == "truncated":
            os.truncate(changing, 100)
        elif what == "removed":
            os.unlink(changing)
        elif what == "replaced":
            os.rename(write("other.log", lines(3, 5000)), changing)
        elif what == "appended":
            open(changing, "ab").write(lines(50, 2100))
        else:
            with open(changing, "r+b") as g:
                g.write(b"\0" * 60000)
        f.write(lines(5))
    told, wrong = running.communicate()
    ids = [m["queue_id"] for m in map(json.loads, told.decode().splitlines()) if m["type"] == "message"]
    ok(running.returncode in (1, 2) and ids[:5] == ["3A%08d" % i for i in range(5)] and len(ids) == len(set(ids)), f"a log that is {what} meanwhile", (running.returncode, wrong, ids[:7]))
done()
