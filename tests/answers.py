# What the tests written in Python share: the program, a folder, and how they tell.
import atexit, os, shutil, subprocess, tempfile

DKIMWHY = os.path.abspath(os.path.join(os.environ.get("B", "build"), "dkimwhy"))
NONE = ["--opendkim-conf", "none"]
env = dict(os.environ, TZ="UTC", LC_ALL="C.UTF-8", SOURCE_DATE_EPOCH="1795500000")

# Removed at the end, also of a test that dies.
work = tempfile.mkdtemp(prefix="dkimwhy-", dir="/tmp")
atexit.register(shutil.rmtree, work, ignore_errors=True)

def path(name):
    return os.path.join(work, name)

def write(name, data):
    with open(path(name), "wb") as f:
        f.write(data if isinstance(data, bytes) else data.encode())
    return path(name)

def run(*args, **more):
    return subprocess.run([DKIMWHY, *args], capture_output=True, env=dict(env, **more))

# The log of so many weeks before SOURCE_DATE_EPOCH.
def weeks_log(name, weeks=1):
    week = os.path.join(os.path.dirname(os.path.abspath(__file__)), "mail", "week")
    return write(name, subprocess.run([week, str(weeks)], capture_output=True, check=True).stdout)

count = 0

def ok(is_so, name, why=""):
    global count
    count += 1
    if not is_so:
        for line in str(why).splitlines()[:12]:
            print("#", ascii(line)[:300])
    print("ok" if is_so else "not ok", count, "-", name)

def skip(name, why):
    ok(True, f"{name} # SKIP {why}")

def done():
    print(f"1..{count}")
