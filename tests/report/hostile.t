#!/usr/bin/python3
# What anyone who sends mail can write into a log, in every place of it, through every output: each stays
# valid in its own grammar, and nothing of it moves a terminal, runs, or hides.
import csv, email, email.policy, html.parser, io, json, os, re, select, subprocess, sys, unicodedata
sys.dont_write_bytecode = True  # the source folders stay clean
sys.path.insert(0, "tests")
from answers import *

PAYLOADS = {
    "colour": b"\x1b[31mred", "title": b"\x1b]0;owned\x07", "clipboard": b"\x1b]52;c;cm0gLXJm\x1b\\", "clear": b"\x1b[2J\x1b[H",
    "bell": b"a\x07\x08\x08b", "C1 as a byte": b"\x9b31m\x9d0;x\x9c", "C1 as UTF-8": b"\xc2\x9b31m\xc2\x85\xc2\x90x\xc2\x9c",
    "NUL": b"a\0b", "CR": b"a\rSubject: x\r", "tabs": b"a\tb\x0b\x0c", "DEL": b"a\x7fb",
    "markup": b"<script>alert(1)</script>", "attribute": b"\"onmouseover=\"alert(1)' x='", "entity": b"&lt;b&gt;&#x3c;&amp;", "comment": b"--><!--]]>",
    "end of style": b"</style></title></svg></details>", "address": b"<img/src=http://192.0.2.1/x>",
    "formula": b"=cmd|'/C calc'!A1", "plus": b"+1+1", "minus": b"-1+1", "at": b"@SUM(A1)", "quotes": b"a\"b\"\"c',d;e",
    "label": b"x\"} 1\\n\\", "perfdata": b"x | unsigned=0;;;", "braces": b"{a=\"b\",c}#",
    "right to left": "\u202ecod.exe\u202c\u2066x\u2069\u061c".encode(), "zero width": "a\u200bb\u200d\u2060\ufeff\u00adc\u034f".encode(),
    "tags": "a\U000e0041\U000e007f\u180e\u3164".encode(), "separators": "a\u2028b\u2029c\u0085".encode(), "annotation": "\ufff9a\ufffab\ufffb".encode(),
    "overlong": b"\xc0\xaf\xe0\x80\xaf\xf0\x80\x80\xaf\xc1\xbf", "surrogate": b"\xed\xa0\x80\xed\xb0\x80", "beyond": b"\xf4\x90\x80\x80\xf8\x88\x80\x80\x80",
    "invalid": b"\xff\xfe\x80a\xbf", "cut off": b"a\xe6\x97", "wide": "日本語ﾊﾟe\u0301".encode(), "noncharacter": "\uffff\ufffe".encode(),
    "shell": b"$(reboot)`reboot`;rm -rf /|sh&", "percent": b"%s%n%x%100000d", "backslashes": b"\\x1b[31m\\u202e\\", "encoded word": b"=?UTF-8?Q?=0ABcc:_x?=",
    "boundary": b"--=_dkimwhy_=--", "from line": b"From root", "dots": b"..", "long": b"x" * 3000, "longer": "あ".encode() * 30000,
}

# Each payload in each place; a message of its own for each place, so that none hides another.
def log_of(p):
    n, lines = 0, []
    def add(at, *texts):
        lines.extend(b"Nov 24 05:%02d:01 mx1 %s\n" % (at, t) for t in texts)
    def message(at, client=b"pc.x.example[192.0.2.7]", sender=b"a@x.example", to=b"b@far.example", mid=b"m@x.example", why=b"no signing table match for 'a@x.example'",
                relay=b"mx.far.example[203.0.113.1]:25", dsn=b"250 ok", login=b""):
        q = b"3A000000%03d" % at
        add(at, b"postfix/smtpd[%d]: %s: client=%s%s" % (at + 1, q, client, login), b"postfix/cleanup[3]: %s: message-id=<%s>" % (q, mid),
            b"opendkim[812]: %s: %s" % (q, why), b"postfix/qmgr[9]: %s: from=<%s>, size=1, nrcpt=1 (queue active)" % (q, sender),
            b"postfix/smtp[8]: %s: to=<%s>, relay=%s, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (%s)" % (q, to, relay, dsn), b"postfix/qmgr[9]: %s: removed" % q)
    message(0)
    message(1, client=p + b"[192.0.2.7]")
    message(2, client=b"pc.x.example[" + p + b"]")
    message(3, sender=p + b"@x.example", why=b"no signing table match for '" + p + b"@x.example'")
    message(4, sender=b"a@" + p, why=b"no signing table match for 'a@" + p + b"'")
    message(5, to=p + b"@far.example")
    message(6, mid=p)
    message(7, relay=p + b"[203.0.113.1]:25")
    message(8, dsn=b"250 2.0.0 " + p)
    message(9, login=b", sasl_method=PLAIN, sasl_username=" + p)
    message(10, why=p)
    message(11, client=p + b"[192.0.2.7]", why=p + b" [192.0.2.7] not internal")
    message(12, why=b"DKIM-Signature field added (s=" + p + b", d=" + p + b")")
    message(13, why=b"error loading key '" + p + b"'")
    add(14, b"opendkim[812]: " + p + b": no signing table match for 'a@x.example'", b"postfix/qmgr[9]: " + p + b": from=<a@x.example>, size=1, nrcpt=1 (queue active)")
    add(15, b"postfix/smtpd[77]: NOQUEUE: milter-reject: RCPT from pc.x.example[192.0.2.7]: 451 4.7.1 " + p + b"; from=<" + p + b"> to=<" + p + b"> proto=ESMTP helo=<" + p + b">")
    add(16, b"postfix/smtpd[77]: warning: connect to Milter service " + p + b": Connection refused", b"opendkim[812]: can't load key from " + p + b": Permission denied")
    add(17, b"opendkim[812]: " + p + b" is no line that a rule knows", b"opendkim[812]: OpenDKIM Filter: " + p)
    lines.append(b"Nov 24 05:18:01 " + p + b" opendkim[812]: 3A000000018: no signing table match for 'a@x.example'\n")
    lines.append(b"Nov 24 05:19:01 mx1 " + p + b"[1]: 3A000000019: removed\n")
    lines.append(p + b"\n")
    message(20)
    return b"".join(lines)

def unseen(text, allowed="\n"):
    return sorted({hex(ord(c)) for c in text if c not in allowed and (unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") or c in "\u034f\u115f\u1160\u3164\uffa0")})

class Page(html.parser.HTMLParser):
    ELEMENTS = set("html head meta title style body script header main footer section div p h1 h2 h3 ul ol li b i a br span strong code pre table caption thead tbody tr th td "
                   "details summary figure figcaption svg g rect line text hr input label em".split())
    def __init__(self, text, scripts):
        super().__init__()
        self.wrong, self.open = [], []
        self.feed(text)
        if self.open or text.count("<script") != scripts:
            self.wrong.append(("left", self.open, text.count("<script")))
    def handle_starttag(self, tag, attrs):
        if tag not in self.ELEMENTS or any(k.startswith("on") or k in ("src", "srcset", "href") and not str(v).startswith("#") for k, v in attrs):
            self.wrong.append((tag, attrs))
        if tag not in ("meta", "br", "input", "hr", "rect", "line"):
            self.open.append(tag)
    def handle_startendtag(self, tag, attrs):
        if tag not in self.ELEMENTS:
            self.wrong.append((tag, attrs))
    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)
    def handle_comment(self, data):
        self.wrong.append(data)

def is_text(text):
    return unseen(text)
def is_coloured(text):
    return unseen(re.sub(r"\x1b\[(?:0|[1-9][0-9]*(?:;[0-9]+)*)?m", "", text))
def is_html(text):
    return Page(text, 1).wrong or unseen(text, "\n\t")
def is_json(text):
    json.loads(text)
    return unseen(text)
def is_jsonl(text):
    return unseen(text) or [l for l in text.splitlines() if type(json.loads(l)) is not dict]
def is_csv(text):
    rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    return [len(r) for r in rows if len(r) != len(rows[0])] or [c for r in rows[1:] for c in r if c and c[0] in "=+-@\t\r"] or unseen(text, "\r\n")
def is_metrics(text):
    wrong = [l for l in text.splitlines() if not re.fullmatch(r'# (HELP|TYPE) dkimwhy_\w+ .*|dkimwhy_\w+(\{\w+="([^"\\]|\\["\\n])*"(,\w+="([^"\\]|\\["\\n])*")*\})? -?\d+', l)]
    try:
        from prometheus_client.parser import text_string_to_metric_families
        wrong += [f.name for f in text_string_to_metric_families(text) if not f.name.startswith("dkimwhy_") or f.type != "gauge"]
    except ImportError:
        pass
    return wrong or unseen(text)
def is_nagios(text):
    return [] if re.fullmatch(r"DKIM (OK|WARNING|CRITICAL|UNKNOWN) - [^|\n]+( \|( [a-z]+=\d+;\d*;\d*;0)+)\n", text) and not unseen(text) else text
def is_mail(text):
    mail = email.message_from_string(text, policy=email.policy.default)
    parts = [p.get_content() for p in mail.iter_parts()]
    wrong = [l for l in text.split("\n") if len(l) > 76 or any(not " " <= c <= "~" for c in l) or l == "." or l.startswith("From ")]
    if len(parts) != 2 or mail.defects or mail["to"] != "root" or sorted(k.lower() for k in mail.keys()) != sorted(
            "from to subject date message-id in-reply-to references auto-submitted mime-version content-language content-type".split()):
        wrong.append(mail.items())
    return wrong or unseen(parts[0]) or Page(parts[1], 0).wrong or unseen(parts[1]) or unseen(mail["subject"], "")

by = ["--by", "cause,domain,client,login,route,selector,hour"]
ids = ["3A0000000%02d" % i for i in range(1, 14)] + ["3A000000018"]
OUTPUTS = (
    ("report", is_text, ["report", *by, "--list"]), ("report, colours", is_coloured, ["report", *by, "--color", "always"]),
    ("report, ja", is_text, ["report", "--lang", "ja", "--width", "40"]), ("report, ascii", is_text, ["report", "--ascii", "--list"]),
    ("report, anonymized", is_text, ["report", "--anonymize", "--list", *by]), ("report, html", is_html, ["report", "-f", "html", *by, "--list"]),
    ("report, json", is_json, ["report", "-f", "json", *by, "--list"]), ("report, jsonl", is_jsonl, ["report", "-f", "jsonl", *by]),
    ("report, csv", is_csv, ["report", "-f", "csv"]), ("report, csv by", is_csv, ["report", "-f", "csv", *by]), ("report, csv list", is_csv, ["report", "-f", "csv", "--list"]),
    ("nagios", is_nagios, ["report", "--nagios"]), ("export, jsonl", is_jsonl, ["export"]), ("export, json", is_json, ["export", "-f", "json"]),
    ("export, csv", is_csv, ["export", "-f", "csv"]), ("export, prometheus", is_metrics, ["export", "-f", "prometheus"]),
    ("summary", is_text, ["summary", "--with-addresses"]), ("mail", is_mail, ["summary", "--with-addresses", "--mail", "root", "--dry-run"]),
    ("mail, ja", is_mail, ["summary", "--lang", "ja", "--with-addresses", "--mail", "root", "--dry-run"]),
    ("rules test", is_text, ["rules", "test"]), ("explain", is_text, ["explain", *ids]), ("explain all lines", is_text, ["explain", "--evidence", *ids]),
    ("explain two", is_text, ["explain", "--compare", *ids[:2]]),
)

def problem(check, result):
    try:
        text = result.stdout.decode()
        return check(text) or unseen(result.stderr.decode()) or ([] if result.returncode in (0, 1, 2, 3) and (text or result.returncode > 1) else result)
    except Exception as e:
        return repr(e)[:300]

wrong = {name: [] for name, _, _ in OUTPUTS}
wrong["watch --plain"] = []
for payload, p in PAYLOADS.items():
    log = write("hostile.log", log_of(p))
    for name, check, args in OUTPUTS:
        own = [] if args[0] == "rules" else NONE
        rest = ["--log", log] if args[0] == "explain" else [log]
        bad = problem(check, run(*args, *own, *rest))
        if bad:
            wrong[name].append((payload, bad))
    # Follows for ever: until it has told of the last message, or is silent.
    watch = subprocess.Popen([DKIMWHY, "watch", *NONE, "--plain", "--from-start", log], env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    told = b""
    while b"3A000000020" not in told and select.select([watch.stdout], [], [], 20)[0]:
        got = os.read(watch.stdout.fileno(), 1 << 16)
        if not got:
            break
        told += got
    watch.terminate()
    watch.wait()
    try:
        bad = is_text(told.decode()) or ([] if b"3A000000020" in told else told[-300:])
    except UnicodeDecodeError as e:
        bad = repr(e)[:300]
    if bad:
        wrong["watch --plain"].append((payload, bad))
for name, bad in wrong.items():
    ok(not bad, f"{name}: {len(PAYLOADS)} payloads in every place are harmless", "\n".join(ascii(b)[:300] for b in bad))

# And what is data stays data.
got = [json.loads(l) for l in run("export", *NONE, write("hostile.log", log_of("\u202e\x1b[31m\u009bx".encode()))).stdout.decode().splitlines()]
ok([m["sender"] for m in got if m["type"] == "message" and m["queue_id"] == "3A000000003"] == ["\u202e\x1b[31m\u009bx@x.example"], "JSON has what the log had", got[3])
done()
