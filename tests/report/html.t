#!/usr/bin/python3
# The HTML report in a real browser, where Chromium is installed: no error on its console, no request
# but for the file itself, and what a log holds is text. What the file may hold at all is looked at
# without a browser, too.
import base64, hashlib, html.parser, os, re, shutil, subprocess, sys
sys.dont_write_bytecode = True  # the source folders stay clean
sys.path.insert(0, "tests")
from answers import *

browser = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
def page(name, *args):
    run("report", *NONE, "-o", path(name + ".html"), *args)
    return path(name + ".html"), open(path(name + ".html"), encoding="utf-8").read()

class Elements(html.parser.HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.found, self.open, self.wrong, self.ids = [], [], [], []
        self.feed(text)
    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))
        self.ids += [v for k, v in attrs if k == "id"]
        if tag not in ("meta", "br", "input", "rect", "line"):
            self.open.append(tag)
    def handle_startendtag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))
    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)
    def of(self, tag):
        return [a for t, a in self.found if t == tag]

def browse(file, *flags):
    net = path("net.json")
    result = subprocess.run([browser, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
        "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run", "--disable-extensions",
        "--host-resolver-rules=MAP * ~NOTFOUND", f"--user-data-dir={work}/profile", f"--log-net-log={net}",
        "--enable-logging=stderr", "--virtual-time-budget=3000", *flags, "file://" + file],
        capture_output=True, timeout=120)
    log = result.stderr.decode(errors="replace")
    text = open(net, errors="replace").read() if os.path.exists(net) else ""
    urls = set(re.findall(r'"url":"([a-z]+:[^"]*)"', text))
    return result.stdout.decode(errors="replace"), [l for l in log.splitlines() if ":CONSOLE" in l], urls

week = weeks_log("week.log")
evil = ['</title><script>alert(1)</script>', '"onmouseover="alert(1)', "<img src=http://192.0.2.1/x onerror=alert(1)>", "</style><b>bold</b>",
        "<!--", "]]>", "&lt;i&gt;", "javascript:alert(1)", "<svg/onload=alert(1)>", "\x1b[2J\u202e", "\udcff"]
lines = ""
for i, name in enumerate(evil):
    q = f"3A0000000{i:02d}"
    lines += (f"Nov 24 05:{i:02d}:01 mx<b>1 postfix/smtpd[{i + 1}]: {q}: client={name}[192.0.2.7]\n"
              f"Nov 24 05:{i:02d}:01 mx<b>1 opendkim[812]: {q}: no signing table match for '{name}@x.example'\n"
              f"Nov 24 05:{i:02d}:01 mx<b>1 opendkim[812]: {name} that no rule knows\n"
              f"Nov 24 05:{i:02d}:01 mx<b>1 postfix/smtpd[{i + 1}]: warning: connect to Milter service {name}: Connection refused\n"
              f"Nov 24 05:{i:02d}:02 mx<b>1 postfix/qmgr[9]: {q}: from=<{name}@x.example>, size=1, nrcpt=1 (queue active)\n"
              f"Nov 24 05:{i:02d}:03 mx<b>1 postfix/smtp[8]: {q}: to=<r@far.example>, relay=mx.far.example[203.0.113.1]:25, dsn=2.0.0, status=sent (250 ok)\n")
hostile = write("hostile.log", lines.encode("utf-8", "surrogateescape"))

pages = {"week": page("week", "--by", "domain,day", "--list", week),
         "ja": page("ja", "--lang", "ja", week),
         "hostile": page("hostile", "--by", "domain,client,login", "--list", hostile),
         "empty": page("empty", "/dev/null")}
for name, (file, text) in pages.items():
    tree = Elements(text)
    ok(not tree.wrong and not tree.open, f"{name}: each element is closed", (tree.wrong, tree.open))
    ok(len(tree.ids) == len(set(tree.ids)), f"{name}: no id stands twice", tree.ids)
    ok(len(tree.of("script")) == 1 and not [a for t, a in tree.found if t in ("img", "link", "iframe", "object", "form", "base", "b:", "i:")
                                            or any(k.startswith("on") or k in ("src", "srcset", "background") for k in a)],
       f"{name}: one script, ours, and nothing that fetches or runs")
    ok(all(a["href"].startswith("#") and a["href"][1:] in tree.ids for a in tree.of("a")), f"{name}: links lead within it")
    ok(all("scope" in a for a in tree.of("th")) and text.count("<h1") == 1 and "lang" in tree.of("html")[0], f"{name}: headings and scopes")
    ok(not re.search(r"[\0-\x08\x0b-\x1f\x7f\u202a-\u202e]", text) and "http" not in re.sub(r"&quot;.*|http-equiv|http://192.0.2.1/x", "", text),
       f"{name}: no control, no address of anything")
    script = re.search(r"<script>(.*)</script>", text, re.S).group(1)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    ok(f"script-src 'sha256-{digest}'" in text, f"{name}: its policy lets that script run only")
    if not browser:
        skip(f"{name}: in a browser", "no chromium")
        continue
    dom, console, urls = browse(file, "--dump-dom")
    ok(dom.count("<h1") == 1, f"{name}: a browser shows it", dom[:500])
    ok(not console, f"{name}: no error on the console", "\n".join(console))
    # The browser asks its maker for updates, whatever is shown; the page names none of these.
    ok(not [u for u in urls if not u.startswith(("file:", "data:", "about:", "chrome")) and
            not re.match(r"https?://[^/]*\.(google|googleapis|gvt1)\.com/", u)], f"{name}: no request leaves", urls)
    shown = Elements(dom)
    ok([t for t, a in shown.found if t not in ("button", "label", "input")] == [t for t, a in tree.found], f"{name}: the browser finds what was written")
    ok(name == "empty" or len(shown.of("button")) >= 4, f"{name}: tables can be sorted")
text = pages["hostile"][1]
ok("&lt;script&gt;alert(1)&lt;/script&gt;" in text and "&lt;img src=http://192.0.2.1/x" in text, "markup of a log is shown as it is")
week_text = pages["week"][1]
for word in "388 messages left unsigned, 20 held back", "milter-unreachable", "systemctl restart opendkim", "*@service.example", "week.log:":
    ok(word in week_text, f"it tells: {word}")
ok(len(Elements(week_text).of("details")) == 5 and week_text.count("<svg") == 10, "each cause opens, with charts", week_text.count("<svg"))
ok("ben@" not in page("anonymous", "--anonymize", "--list", week)[1], "--anonymize holds for it, too")

done()
