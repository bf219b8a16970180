#!/usr/bin/python3
# Reports and exports for other programs, read back by readers that are not ours: Python's json and
# csv, prometheus_client's parser. A hostile log stays data in all of them.
import csv, io, json, os, re, shutil, stat, subprocess, sys
sys.dont_write_bytecode = True  # the source folders stay clean
sys.path.insert(0, "tests")
from answers import *

VERDICTS = {"signed", "unsigned", "inbound", "deferred", "rejected", "unknown"}

def out(*args):
    return run(*args).stdout.decode()  # fails where it is not UTF-8

week = weeks_log("week.log")

# What an attacker can write: formulas, quotes, separators, controls, bytes that are no UTF-8.
names = ['=cmd|x!A1', '+1', '-1', '@SUM(1)', '\t=1', 'a";"b', 'x\\"} 1\\n# TYPE y', 'a,b', '\x1b[2J', '\udcff\udcfe', '日本',
         '</script><img src=x onerror=alert(1)>']
lines = []
for i, name in enumerate(names):
    q = f"3A0000000{i:02d}"
    host = "mx1" if i else 'mx=1\\x"'
    lines += [f"Nov 24 05:{i:02d}:01 {host} postfix/smtpd[{i + 1}]: {q}: client={name}[192.0.2.7], sasl_method=PLAIN, sasl_username={name}",
              f"Nov 24 05:{i:02d}:01 {host} opendkim[812]: {q}: no signing table match for '{name}@x.example'",
              f"Nov 24 05:{i:02d}:02 {host} postfix/qmgr[9]: {q}: from=<{name}@x.example>, size=1, nrcpt=1 (queue active)",
              f"Nov 24 05:{i:02d}:03 {host} postfix/smtp[8]: {q}: to=<r@far.example>, relay=mx.far.example[203.0.113.1]:25, dsn=2.0.0, status=sent (250 ok)"]
hostile = write("hostile.log", ("\n".join(lines) + "\n").encode("utf-8", "surrogateescape"))

# JSON
truth = [json.loads(l) for l in out("export", *NONE, week).splitlines()]
messages = [m for m in truth if m["type"] == "message"]
document = json.loads(out("export", *NONE, "-f", "json", week))
ok(document["messages"] + document["incidents"] == truth and document["schema"] == 1, "export: json and jsonl hold the same")
counts = {v: sum(m["verdict"] == v for m in messages) for v in VERDICTS}
report = json.loads(out("report", *NONE, "-f", "json", "--by", "domain,day", "--list", week))
ok(report["verdicts"] == counts, "report: json has the numbers of the messages", (report["verdicts"], counts))
ok({c["cause"]: c["messages"] for c in report["causes"]} ==
   {c: sum(m["cause"] == c for m in messages) for c in {m["cause"] for m in messages} - {None}}, "of the causes, too")
ok(report["messages"] == messages and sum(c["messages"] for c in report["counts"] if c["by"] == "day") == len(messages),
   "with --list and --by")
ok(all(c["fix"] and c["brief"] and c["why"] and c["proof"] and c["example"] for c in report["causes"]), "each cause with why, fix and proof")
rows = [json.loads(l) for l in out("report", *NONE, "-f", "jsonl", "--by", "domain,day", "--list", week).splitlines()]
ok([r["type"] for r in rows].count("report") == 1 and rows[0]["verdicts"] == counts and
   [r for r in rows if r["type"] == "cause"] == report["causes"] and [r for r in rows if r["type"] == "message"] == messages,
   "report: jsonl holds the same")
ok(json.loads(out("report", *NONE, "-f", "json", "/dev/null"))["causes"] == [] and
   json.loads(out("export", *NONE, "-f", "json", "/dev/null"))["messages"] == [], "nothing is well-formed, too")
ok(len([json.loads(l) for l in out("export", *NONE, hostile).splitlines()]) >= len(names), "a hostile log is JSON")

# By which it is written: what is asked for, else the ending.
def begins(ending, *args):
    run("report", *NONE, "-o", path("report" + ending), *args, week)
    return open(path("report" + ending)).read()[:10]
as_text, as_json, as_html = begins(".txt"), begins(".json"), begins(".html")
ok(as_text.startswith("week.log") and as_json.startswith("{") and as_html.startswith("<!DOCTYPE"),
   "report: -o tells the format", (as_text, as_json, as_html))
ok(begins(".html", "-f", "text") == as_text and begins(".csv", "-f", "html") == as_html and
   begins(".json", "-f", "auto") == as_json, "but -f does before it")

# CSV
def table(*args):
    text = out(*args)
    return list(csv.reader(io.StringIO(text, newline=""), strict=True)), text
cells, text = table("export", *NONE, "-f", "csv", week)
ok(len(cells) == 1 + len(messages) and {len(r) for r in cells} == {len(cells[0])}, "export: csv, a row a message")
ok([r[cells[0].index("queue_id")] for r in cells[1:]] == [m["queue_id"] for m in messages] and
   [r[cells[0].index("cause")] for r in cells[1:]] == [m["cause"] or "" for m in messages] and
   [r[cells[0].index("why")] for r in cells[1:]] == [m["why"] or "" for m in messages], "with what JSON has")
ok(text.count("\r\n") >= len(cells) and text.endswith("\r\n"), "as RFC 4180 has it")
cells = table("report", *NONE, "-f", "csv", week)[0]
ok({r[0]: int(r[1]) for r in cells[1:]} == {c["cause"]: c["messages"] for c in report["causes"]}, "report: csv, a row a cause")
cells = table("report", *NONE, "-f", "csv", "--by", "day", week)[0]
ok(sum(int(r[2]) for r in cells[1:]) == len(messages) and cells[0][:3] == ["by", "key", "messages"], "or a row of --by")
for args in (["export"], ["report", "--list"], ["report", "--by", "client,login,domain"], ["report"]):
    cells = table(*args, *NONE, "-f", "csv", hostile)[0]
    bad = [c for r in cells[1:] for c in r if c and (c[0] in "=+-@\t\r" or re.search(r"[\0-\t\x0b-\x1f\x7f]", c))]
    ok(len(cells) > 1 and {len(r) for r in cells} == {len(cells[0])} and not bad, f"{' '.join(args)}: no formula, no control, no lost cell", bad)
cells = table("export", *NONE, "-f", "csv", hostile)[0]
ok("'=cmd|x!A1@x.example" in [r[cells[0].index("author")] for r in cells], "a formula stays to be read", cells)

# --top
by = ["--by", "client,hour", "--since", "-1d"]
whole = [[r for r in table("report", *NONE, "-f", "csv", *by, week)[0] if r[0] == d] for d in ("client", "hour")]
short = whole[0][:2] + whole[1][-2:]
ok(len(whole[0]) > 2 and len(whole[1]) > 2 and table("report", *NONE, "-f", "csv", *by, "--top", "2", week)[0][1:] == short, "--top: csv, the first rows, of hours the last")
for fmt in "json", "jsonl":
    text = out("report", *NONE, "-f", fmt, *by, "--top", "2", week)
    rows = json.loads(text)["counts"] if fmt == "json" else [r for r in map(json.loads, text.splitlines()) if r["type"] == "count"]
    ok([[r["by"], r["key"]] for r in rows] == [r[:2] for r in short], f"--top: {fmt}", rows)
for fmt in "text", "html":
    text = out("report", *NONE, "-f", fmt, *by, "--top", "2", week)
    text = text[text.index("BY CLIENT"):].partition('id="list"')[0]
    ok(all(r[1] in text for r in short) and whole[0][2][1] not in text and whole[1][0][1] not in text, f"--top: {fmt}", text)

# Prometheus
text = out("export", *NONE, "-f", "prometheus", week)
try:
    from prometheus_client.parser import text_string_to_metric_families
    def families(text):
        return {f.name: f for f in text_string_to_metric_families(text)}
    found = families(text)
    ok({s.labels["verdict"]: int(s.value) for s in found["dkimwhy_messages"].samples} == counts, "prometheus: the numbers of the messages")
    ok({s.labels["cause"]: s.value for s in found["dkimwhy_messages_by_cause"].samples} ==
       {c["cause"]: c["messages"] for c in report["causes"]}, "of the causes")
    ok(all(f.type == "gauge" and f.documentation for f in found.values()), "each with type and help")
    day = {s.labels["verdict"]: int(s.value) for s in found["dkimwhy_messages_recent"].samples if s.labels["window"] == "24h"}
    ok(day == {v: sum(m["verdict"] == v and m["first_time"] > "2026-11-23T06:00:00" for m in messages) for v in VERDICTS}, "of the last day", day)
    evil = families(out("export", *NONE, "-f", "prometheus", hostile))
    ok(len(evil["dkimwhy_messages"].samples) == 2 * len(VERDICTS) and set(evil) == set(found), "a hostile log adds no metric", evil)
    hosts = write("hosts.log", "".join(f"Nov 24 05:00:00 mx{i} opendkim[812]: 3A000000{i:03d}: no signing table match for 'a@x.example'\n" for i in range(300)).encode())
    many = families(out("export", *NONE, "-f", "prometheus", hosts))["dkimwhy_messages"].samples
    ok(len({s.labels["host"] for s in many}) == 51 and sum(s.value for s in many) == 300, "labels are bounded")
except ImportError:
    skip("prometheus", "python3-prometheus-client is not installed")
if shutil.which("promtool"):  # of Prometheus itself; the parser above is asked everywhere
    check = subprocess.run(["promtool", "check", "metrics"], input=text.encode(), capture_output=True)
    ok(check.returncode == 0, "promtool finds nothing", check)
prom = path("dkimwhy.prom")
write("dkimwhy.prom", b"old")
watched = os.open(prom, os.O_RDONLY)
os.umask(0o022)
ok(run("export", *NONE, "-f", "prometheus", "-o", prom, week).returncode == 0 and os.read(watched, 10) == b"old" and
   open(prom).read() == text and os.listdir(work).count("dkimwhy.prom") == 1 and not [n for n in os.listdir(work) if n.startswith("dkimwhy.prom.")],
   "-o: who reads the old file keeps it, the new one is whole")
ok(stat.S_IMODE(os.stat(prom).st_mode) == 0o644, "and node_exporter may read it", oct(os.stat(prom).st_mode))
kept = open(prom).read()
ok(run("export", *NONE, "-f", "prometheus", "-o", prom, "/nonexistent").returncode == 2 and open(prom).read() == kept,
   "what cannot be read leaves the old file")

# Nagios
def nagios(*args):
    result = run("report", *NONE, "--nagios", *args)
    return result.returncode, result.stdout.decode()
LINE = r"DKIM (OK|WARNING|CRITICAL|UNKNOWN) - [^|\n]+( \|( [a-z]+=\d+;\d*;\d*;0)+)?\n"
STATES = ["OK", "WARNING", "CRITICAL", "UNKNOWN"]
clean = write("clean.log", b"Nov 24 05:30:00 mx1 postfix/smtpd[1]: 3A000000001: client=a.x.example[192.0.2.7]\n"
              b"Nov 24 05:30:00 mx1 opendkim[812]: 3A000000001: DKIM-Signature field added (s=s, d=x.example)\n"
              b"Nov 24 05:30:01 mx1 postfix/qmgr[9]: 3A000000001: removed\n")
down = write("down.log", open(clean, "rb").read().replace(b" 05:", b" 01:") +
             b"Nov 24 02:00:00 mx1 opendkim[812]: OpenDKIM Filter v2.11.0 terminating with status 0, errno = 0\n")
held = write("held.log", b"".join(l for l in open(week, "rb") if b"key.example" in l or b"load key" in l))
deferred = write("deferred.log", b"".join(l for l in open(held, "rb") if b"can't load key" not in l))
for name, args, state in (("all signed", [clean], 0), ("mail left unsigned", ["--since", "-1d", week], 2),
                          ("mail was held back", ["--since", "-1d", deferred], 1),
                          ("a key cannot be read", ["--since", "-1d", held], 2),
                          ("the daemon is down", [down], 2), ("the log ended long ago", ["--since", "-1h", "--until", "2026-11-24 18:00", write("old.log", b"Nov 23 01:00:00 mx1 postfix/qmgr[9]: 3A1: removed\n")], 3),
                          ("no log", ["/nonexistent"], 3), ("hostile", [hostile], 2)):
    status, line = nagios(*args)
    ok(re.fullmatch(LINE, line) and status == state and line.startswith(f"DKIM {STATES[status]} "),
       f"nagios: {name}", (status, line))

# The fault of a key is over with the next signature of that key, and with no other.
def of_key(at, name, line):
    return (f"Nov 24 {at}:01 mx1 postfix/smtpd[5]: {name}: client=a.x.example[192.0.2.7], sasl_method=PLAIN, sasl_username=a\n"
            f"Nov 24 {at}:01 mx1 postfix/cleanup[6]: {name}: message-id=<{name}@x.example>\n" + line)
def fails(at, name):
    return of_key(at, name, f"Nov 24 {at}:02 mx1 opendkim[812]: can't load key from /etc/keys/s1.private: Permission denied\n"
        f"Nov 24 {at}:02 mx1 opendkim[812]: {name}: error loading key 's1._domainkey.x.example'\n"
        f"Nov 24 {at}:02 mx1 postfix/cleanup[6]: {name}: milter-reject: END-OF-MESSAGE from a.x.example[192.0.2.7]: 4.7.1 Service unavailable - try again later; from=<a@x.example> to=<b@far.example> proto=ESMTP helo=<a>\n")
def signs(at, name, key="s=s1, d=x.example"):
    return of_key(at, name, f"Nov 24 {at}:02 mx1 opendkim[812]: {name}: DKIM-Signature field added ({key})\n"
        f"Nov 24 {at}:02 mx1 postfix/qmgr[9]: {name}: from=<a@x.example>, size=1, nrcpt=1 (queue active)\n"
        f"Nov 24 {at}:03 mx1 postfix/smtp[8]: {name}: to=<b@far.example>, relay=mx.far.example[203.0.113.1]:25, dsn=2.0.0, status=sent (250 ok)\n"
        f"Nov 24 {at}:03 mx1 postfix/qmgr[9]: {name}: removed\n")
# In pieces, so that a store meets the end of what it knows of in another reading than its begin.
for name, pieces, state, later in (
        ("fails", [fails("05:10", "3A00000001"), signs("05:20", "3A00000002", "s=s2, d=x.example")], 2, 0),
        ("is mended", [fails("05:10", "3A00000001"), fails("05:12", "3A00000002"), signs("05:20", "3A00000003"), signs("05:40", "3A00000004")], 1, 0),
        ("fails again", [fails("05:10", "3A00000001"), signs("05:20", "3A00000002"), fails("05:40", "3A00000003")], 2, 2)):
    logs = [write(f"key{i}.log", text) for i, text in enumerate(pieces)]
    store = path("key.db")
    for log in logs:
        run("ingest", *NONE, "--store", store, log)
    for args in (logs, ["--store", store]):
        got = [nagios("--since", since, *args)[0] for since in ("2026-11-24 05:00", "2026-11-24 05:10:02", "2026-11-24 05:15")]
        ok(got == [state, state, later], f"nagios: a key that {name}, {'log' if args is logs else 'store'}", (got, nagios(*args)))
    os.unlink(store)

# How much may go wrong without an alarm.
half = write("half.log", signs("05:10", "3A00000002") + "".join(of_key(f"05:{20 + i}", f"3A0000000{3 + i}",
    f"Nov 24 05:{20 + i}:02 mx1 opendkim[812]: 3A0000000{3 + i}: no signing table match for 'a@x.example'\n") for i in range(3)))
for args, state in (([], 2), (["--critical", "3"], 1), (["--critical", "2"], 2), (["--critical", "3", "--warning", "3"], 0),
                    (["--critical", "75%"], 1), (["--critical", "74.9%"], 2), (["--critical", "@2:4"], 2), (["--critical", "10", "--warning", "@0:2"], 0),
                    (["--warning", "80%", "--critical", "80%"], 0), (["--critical", "many"], 3)):
    status, line = nagios(*args, half)
    ok(status == state, f"nagios: {' '.join(args)}", line)
ok(" unsigned=3;1;2;0 " in nagios("--warning", "1", "--critical", "2", half)[1] and
   " unsigned_share=75.00%;;50;0;100\n" in nagios("--critical", "50%", half)[1], "nagios: thresholds stand with their figures")
ok(nagios("--critical", "100", "--since", "-1d", held)[0] == 2, "nagios: a fault is critical whatever the thresholds")

store = path("store.db")
run("ingest", *NONE, "--store", store, week)
for since in "-1d", "-1h", "-7d":
    args = ["--since", since, "--until", "2026-11-24 05:00"]
    ok(nagios(*args, "--store", store) == nagios(*args, week), f"nagios: a store says what its log says, {since}",
       (nagios(*args, "--store", store), nagios(*args, week)))
for since in "-1d", "2026-11-19 09:00", "2026-11-23 12:00", "-7d":
    for args in (["-f", "csv"], ["-f", "csv", "--by", "cause,hour,domain"], ["-f", "prometheus"]):
        command = "export" if "prometheus" in args else "report"
        a, b = (out(command, *NONE, "--since", since, *args, *of) for of in (["--store", store], [week]))
        ok(a == b, f"a store says what its log says, {since}, {' '.join(args)}", "\n".join(x for x in a.splitlines() if x not in b.splitlines()))

status, line = nagios("--since", "-1d", week)
left = sum(m["verdict"] == "unsigned" and m["first_time"] > "2026-11-23T06:00:00" for m in messages)
ok(left > 0 and f" unsigned={left};" in line, "nagios: performance data", line)
ok(nagios("--since", "-1d", "--cause", "key-missing", week)[0] == 0, "nagios: an alarm for one cause only")

done()
