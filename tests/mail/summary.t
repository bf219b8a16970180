#!/usr/bin/python3
# The summary and its mail: what stands in it, what must never, and which time it tells of. The mail
# is read back with Python's email package; sendmail is a program of ours that keeps what it is given.
import email, email.policy, json, os, re, sys
sys.dont_write_bytecode = True  # the source folders stay clean
sys.path.insert(0, "tests")
from answers import *

def parse(data):
    return email.message_from_bytes(data, policy=email.policy.default)

def parts(mail):
    return [p.get_content() for p in mail.iter_parts()]

weeks = weeks_log("weeks.log", 2)
lines = open(weeks).read().splitlines(True)

# The text, as cron mails it.
week = run("summary", *NONE, "--since", "-7d", weeks)
text = week.stdout.decode()
first = "\n".join(text.splitlines()[:5])
ok(week.returncode == 1, "findings give status 1", week)
ok(re.match(r"\d+ messages left unsigned, \d+ held back\.\n", text), "the finding stands in the first line", first)
ok("milter-unreachable 19 Nov 09:0" in first and "160" in first.replace("\n  ", " ") and
   "systemctl restart opendkim" in first.replace("\n  ", " "),
   "outage, number and fix stand in the first five lines", first)
for cause in "milter-unreachable", "no-signing-table-match", "not-internal", "key-permission":
    ok(re.search(rf"^{cause} +\d+ +(new|=|[+-][\d,]+)  [·▁▂▃▄▅▆▇█]{{14}}  ", text, re.M),
       f"{cause}: number, change, trend", text)
    ok(len(re.findall(rf"^\d  {cause}: ", text, re.M)) == 1, f"{cause}: one explanation", text)
rows = dict(re.findall(r"^([a-z-]+) +(\d+) +\S+  [·▁▂▃▄▅▆▇█]+", text, re.M))
export = run("export", *NONE, "--since", "-7d", weeks).stdout.decode()
truth = {}
for line in export.splitlines():
    row = json.loads(line)
    if row["type"] == "message" and row["cause"] and row["first_time"] >= "2026-11-17T06:00:00Z":
        truth[row["cause"]] = truth.get(row["cause"], 0) + 1
ok({k: int(v) for k, v in rows.items()} == truth, "the numbers are those of the messages", (rows, truth))
ok(re.search(r"^INCIDENTS.*\n(.*\n)*.*daemon-stopped +\d+ +160$", text, re.M), "incidents with the messages they hit", text)
ok("not-internal" in text and not re.search(r"(anna|ben|carla|dora|emil)@", text),
   "no person's address", text)
ok("192.0.2.44" in text, "but the client that the fix is about")
ok(re.search(r"(anna|ben|carla|dora|emil)@", run("summary", *NONE, "--since", "-7d", "--with-addresses", weeks).stdout.decode()),
   "--with-addresses has them")
hidden = run("summary", *NONE, "--since", "-7d", "--anonymize", weeks).stdout.decode()
ok("192.0.2.44" not in hidden and "printer" not in hidden and "@service.example" in hidden,
   "--anonymize takes clients out, too", hidden)
gone = run("summary", *NONE, "--since", "2026-11-22", "--until", "2026-11-23 06:00", weeks).stdout.decode()
ok("  new  " not in gone and "milter-unreachable" not in gone, "a cause of two periods is not new", gone)
after = run("summary", *NONE, "--since", "2026-11-20", "--until", "2026-11-21", weeks).stdout.decode()
ok("No more, unlike in the period before: milter-unreachable (160)." in after, "what is no more is told", after)

# The mail.
def mail_of(*args):
    result = run("summary", *NONE, "--mail", "postmaster@shop.example", "--dry-run", *args)
    return result.stdout, parse(result.stdout)

raw, mail = mail_of("--since", "-7d", weeks)
text_part, html = parts(mail)
ok(mail["subject"] == "[mx1] DKIM: 355 messages left unsigned, 21 held back (milter-unreachable 160, 3 more causes)",
   "the finding stands in the subject", mail["subject"])
ok(mail.get_content_type() == "multipart/alternative" and
   [p.get_content_type() for p in mail.iter_parts()] == ["text/plain", "text/html"] and not mail.defects,
   "text first, HTML second, nothing else", mail.defects)
ok(not list(mail.iter_attachments()) and "filename" not in raw.decode(), "no attachment")
ok(mail["auto-submitted"] == "auto-generated" and mail["content-language"] == "en", "it says what it is")
ok(mail["date"].datetime.timestamp() == 1795500000, "Date", mail["date"])
ok(re.fullmatch(r"<[^<>@\s]+@mx1>", mail["message-id"]), "Message-ID", mail["message-id"])
other = mail_of("--since", "-1d", weeks)[1]
ok(other["references"] == mail["references"] == "<dkimwhy.summary@mx1>" and other["message-id"] != mail["message-id"],
   "mails of one host are one thread")
ok(max(map(len, raw.split(b"\n"))) <= 76 and max(raw) < 127 and b"\r" not in raw, "lines are short and ASCII")
plain = run("summary", *NONE, "--since", "-7d", "--width", "76", weeks).stdout.decode()
ok(text_part == plain, "its text is what is printed")
ok(not re.search(r"<script|<img|<link|https?:|url\(|@import|src=|<iframe|<object|<form| on\w+=", html, re.I),
   "its HTML fetches nothing and runs nothing")
ok(html.count("<h1") == 1 and "<caption>" in html and 'scope="col"' in html and 'scope="row"' in html and
   'lang="en"' in html, "its HTML can be heard")
for word in "355 messages left unsigned", "milter-unreachable", "systemctl restart opendkim", "*@service.example":
    ok(word in text_part and word in html, f"both forms tell: {word}")
raw, mail = mail_of("--lang", "ja", "--since", "-7d", weeks)
ok(mail["subject"].startswith("[mx1] DKIM: 未署名 355 通、保留 21 通") and "対処" in parts(mail)[0] and
   "対処" in parts(mail)[1] and max(raw) < 127, "in Japanese", mail["subject"])

ok(mail_of("--subject", "dkim at %s (%s)", "--since", "-7d", "--cause", "not-internal", weeks)[1]["subject"].count("[mx1] DKIM: ") == 2,
   "--subject has the finding where it wants it")
ok(mail_of("--subject", "Bericht für\r\nBcc: x@far.example \x1b[2J", weeks)[1]["bcc"] is None, "and adds no header")

# Whole days.
def period(*args):
    return run("summary", *NONE, *args, weeks).stdout.decode()
ok(period("--period", "day") == period("--since", "2026-11-23", "--until", "2026-11-24") != period("--since", "-1d"), "--period day is yesterday")
ok(period("--period", "week") == period("--since", "2026-11-17", "--until", "2026-11-24"), "--period week are the seven days before today")
ok(period("--period", "day", "--utc") == period("--utc", "--since", "2026-11-23", "--until", "2026-11-24"), "in UTC, too")
ok(run("summary", *NONE, "--period", "week", weeks, SOURCE_DATE_EPOCH="1793840000").stdout ==
   run("summary", *NONE, "--since", "2026-10-29", "--until", "2026-11-05", weeks, SOURCE_DATE_EPOCH="1793840000").stdout, "over the end of a month")
ok(run("summary", *NONE, "--period", "day", "--since", "-1d", weeks).returncode == 2, "not with --since")

# A log that wants to be a mail of its own.
evil = "x</title><script>alert(1)</script>"
hostile = ""
for i, name in enumerate(["=_dkimwhy_=--\\r\\nBcc: all@far.example", "--=_dkimwhy_=", evil, "\x1b]0;pwned\x07", "a\tb=20",
                          "From nobody", "日本語\udcff", "<!--", "&#x202e;\u202e", "=?UTF-8?Q?=0ABcc:_x?="]):
    hostile += (f"Nov 24 05:0{i}:01 mx1{'<b>' if i == 2 else ''} postfix/smtpd[10{i}]: 3A00000000{i}: client=pc.x.example[192.0.2.7]\n"
                f"Nov 24 05:0{i}:01 mx1 opendkim[812]: 3A00000000{i}: no signing table match for 'bob@{name}'\n"
                f"Nov 24 05:0{i}:01 mx1 opendkim[812]: {name} is a line that no rule knows\n"
                f"Nov 24 05:0{i}:02 mx1 postfix/qmgr[9]: 3A00000000{i}: from=<bob@{name}>, size=1, nrcpt=1 (queue active)\n"
                f"Nov 24 05:0{i}:03 mx1 postfix/smtp[8]: 3A00000000{i}: to=<r@far.example>, relay=mx.far.example[203.0.113.1]:25, dsn=2.0.0, status=sent (250 ok)\n")
hostile += "Nov 24 05:20:01 evil?=\udc85.. opendkim[812]: 3A0000000AA: no signing table match for 'bob@x.example'\n"
log = write("hostile.log", hostile.encode("utf-8", "surrogateescape"))
for lang in "en", "ja":
    raw, mail = mail_of("--lang", lang, "--with-addresses", log)
    got = parts(mail)
    ok(len(got) == 2 and sorted(k.lower() for k in mail.keys()) == sorted(
        ["from", "to", "subject", "date", "message-id", "in-reply-to", "references", "auto-submitted",
         "mime-version", "content-language", "content-type"]) and not mail.defects,
       f"{lang}: a hostile log adds no header and no part", (mail.keys(), mail.defects))
    ok(mail["to"] == "postmaster@shop.example" and "bcc" not in mail, f"{lang}: nor a recipient")
    ok("<script" not in got[1] and "<b>" not in got[1] and "<!--" not in got[1] and "&lt;!--" in got[1],
       f"{lang}: its markup stays text", got[1])
    ok(all(c >= " " or c == "\n" for c in got[0] + got[1]) and "\u202e" not in got[0] + got[1],
       f"{lang}: and its controls are spelled out")
    ok(not re.search(rb"^(From |\.$)", raw, re.M), f"{lang}: no line ends or begins a message", raw)

# Who it goes to.
for address in ("a@b c", "-oQ/tmp@x.example", "a@x.example,b@x.example", "a@x.example\nBcc: b@x.example", "<a@x.example>",
                "a..b@x.example", "a@-x.example", "a@", "@x.example", "", "|cat@x.example;id", "a" * 300 + "@x.example"):
    result = run("summary", *NONE, "--dry-run", f"--mail={address}", weeks)
    ok(result.returncode == 2 and not result.stdout, f"no address: {ascii(address)[:40]}", result)
for address in "root", "a.b+c@x.example", "o'neil@mail.x.example":
    ok(run("summary", *NONE, "--dry-run", f"--mail={address}", weeks).returncode == 1, f"an address: {address}")

# What takes it.
def program(name, text):
    p = write(name, "#!/bin/sh\n" + text)
    os.chmod(p, 0o755)
    return p
keeps = program("keeps", f'printf "%s\\n" "$0" "$@" >{work}/args; cat >{work}/mail\n')
result = run("summary", *NONE, "--since", "-7d", "--mail", "postmaster@shop.example", "--sendmail", keeps, weeks)
ok(result.returncode == 1 and not result.stdout and open(path("args")).read().split("\n")[1:3] == ["-oi", "-t"],
   "the mail goes to sendmail -oi -t, and nothing is printed", result)
ok(open(path("mail"), "rb").read() == mail_of("--since", "-7d", weeks)[0], "which gets what --dry-run prints")
os.remove(path("mail"))
result = run("summary", *NONE, "--mail", "root", weeks, DKIMWHY_SENDMAIL=keeps)
ok(result.returncode == 1 and os.path.exists(path("mail")), "$DKIMWHY_SENDMAIL names it, too", result)
for name, text in ("fails", "cat >/dev/null; exit 75\n"), ("leaves", "exit 0\n"), ("dies", "kill -9 $$\n"):
    big = ["--width", "40"] if name != "leaves" else []
    result = run("summary", *NONE, "--mail", "root", "--sendmail", program(name, text), *big, weeks)
    if name == "leaves": # it may or may not have taken what fits into the pipe
        ok(result.returncode in (1, 2), "a sendmail that does not read is survived", result)
    else:
        ok(result.returncode == 2 and name in result.stderr.decode(), f"a sendmail that {name} is told of", result)
result = run("summary", *NONE, "--mail", "root", "--sendmail", path("none"), weeks)
ok(result.returncode == 2 and b"cannot start" in result.stderr, "one that is not there, too", result)
ok(run("summary", *NONE, "--mail", "root", "--sendmail", "sendmail", weeks).returncode == 2, "it is not looked for in PATH")

# Silence.
printed = set(re.findall(r": ([0-9A-F]+): client=printer", "".join(lines)))
clean = write("clean.log", "".join(l for l in lines if l.startswith("Nov 12")
              and not any(f": {i}:" in l for i in printed)))
ok(run("summary", *NONE, "--if-findings", clean).stdout == b"", "--if-findings is silent when all is well")
ok(re.match(rb"([\d,]+) of \1 messages signed\.", run("summary", *NONE, clean).stdout), "without it, that is said")
ok(run("summary", *NONE, "--if-findings", "--since", "-7d", weeks).stdout != b"", "--if-findings tells of findings")
same = ["--cause", "not-internal", "--since", "2026-11-15", "--until", "2026-11-16"]
ok(run("summary", *NONE, *same, weeks).stdout != b"" and run("summary", *NONE, "--if-changed", *same, weeks).stdout == b"",
   "--if-changed is silent when it is as before")
ok(run("summary", *NONE, "--if-changed", "--since", "-7d", weeks).stdout != b"", "and tells of a new cause")
ok(run("summary", *NONE, "--if-changed", "--since", "2026-11-20", "--until", "2026-11-21", "--cause", "milter-unreachable",
       weeks).stdout != b"", "and that one is gone")
ok(run("summary", *NONE, "--exit-zero", weeks).returncode == 0, "--exit-zero")

# From the bookmark on.
store = ["--store", path("store.db")]
def taken_in(until):
    upto = [l for l in lines if l[:15] < until] # all of one month
    run("ingest", *NONE, *store, write("part.log", "".join(upto)))
def numbers(*args):
    out = run("summary", *NONE, *store, *args).stdout.decode()
    ratio = re.search(r"Signed ([\d,]+) of ([\d,]+) own\s+messages?.*?inbound\s+([\d,]+)", out, re.S)
    return [int(n.replace(",", "")) for n in ratio.groups()] if ratio else out
def whole(since, until): # by when they came in; the first one is not yet in it
    counts = {}
    for line in run("export", *NONE, weeks).stdout.decode().splitlines():
        row = json.loads(line)
        if row["type"] == "message" and since < row["first_time"] <= until:
            counts[row["verdict"]] = counts.get(row["verdict"], 0) + 1
    own = sum(n for verdict, n in counts.items() if verdict != "inbound")
    return [counts["signed"], own, counts["inbound"]]
taken_in("Nov 22 10:30:00")
missing = run("summary", *NONE, "--store", path("none.db"))
ok(missing.returncode == 2 and not os.path.exists(path("none.db")), "a store that is not there is not made", missing)
one = numbers("--dry-run")
ok(numbers("--dry-run") == one and isinstance(one, list), "--dry-run leaves the bookmark", one)
ok(numbers() == one, "the first summary tells of the last day", one)
again = run("summary", *NONE, *store)
ok(again.returncode == 3 and again.stdout.startswith(b"no log line was taken in since 22 Nov 10:2"),
   "where nothing was taken in, that is told", again)
ok(run("summary", *NONE, *store, "--if-findings").stdout != b"", "also with --if-findings")
taken_in("Nov 23 05:40:00")
two = numbers()
taken_in("Nov 23 23:59:59")
failed = run("summary", *NONE, *store, "--mail", "root", "--sendmail", path("fails"))
ok(failed.returncode == 2, "a mail that was not taken", failed)
three = numbers()
last = [l for l in lines if l[:15] < "Nov 22 10:30:00"][-1][4:15].replace(" ", "T") + "Z"
ok([a + b for a, b in zip(two, three)] == whole(f"2026-11-{last}", "2026-11-24T00"),
   "two summaries tell of each message once, also those of the hour between, and of what no mail told",
   (two, three, whole(f"2026-11-{last}", "2026-11-24T00")))
ok(numbers("--since", "2026-11-23", "--until", "2026-11-24") == whole("2026-11-22T23:59:59Z", "2026-11-24T00"),
   "--since reads the store, too")
ok(numbers("--domain", "service.example")[1] > 0 and run("summary", *NONE, *store).returncode == 3,
   "each selection has a bookmark of its own")

done()
