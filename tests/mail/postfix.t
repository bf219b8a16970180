#!/usr/bin/python3
# A summary's mail through a real Postfix: sendmail, pickup, SMTP over loopback, a maildir; and read back
# with Python's email package. The Postfix is one of our own, below a folder of our own, with no
# port but one on 127.0.0.1; the host's is left alone. Skipped without Postfix, or without root.
import email, email.policy, os, pwd, shutil, socket, subprocess, sys, time
sys.dont_write_bytecode = True  # the source folders stay clean
sys.path.insert(0, "tests")
from answers import *

postfix = shutil.which("postfix", path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")
if os.getuid() != 0 or not postfix:
    print("1..0 # SKIP needs Postfix and root")
    raise SystemExit
sendmail = os.path.join(os.path.dirname(postfix), "sendmail")

os.chmod(work, 0o755)
conf, queue, data, vmail = (os.path.join(work, d) for d in ("conf", "queue", "data", "vmail"))
for d in conf, queue, data, vmail:
    os.mkdir(d)
nobody = pwd.getpwnam("nobody")
os.chown(data, pwd.getpwnam("postfix").pw_uid, -1)
os.chown(vmail, nobody.pw_uid, nobody.pw_gid)
with socket.socket() as s:
    s.bind(("127.0.0.1", 0))
    port = s.getsockname()[1]
with open(conf + "/main.cf", "w") as f:
    f.write(f"""compatibility_level = 3.6
queue_directory = {queue}
data_directory = {data}
maillog_file = {work}/mail.log
maillog_file_prefixes = /tmp
myhostname = mx1.shop.example
myorigin = shop.example
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
alias_maps =
alias_database =
local_recipient_maps =
virtual_mailbox_domains = shop.example
virtual_mailbox_base = {vmail}
virtual_mailbox_maps = inline:{{ {{ postmaster@shop.example = in/ }} }}
virtual_uid_maps = static:{nobody.pw_uid}
virtual_gid_maps = static:{nobody.pw_gid}
virtual_minimum_uid = 1
content_filter = smtp:[127.0.0.1]:{port}
smtp_tls_security_level = none
""")
with open(conf + "/master.cf", "w") as f:
    f.write(f"""127.0.0.1:{port} inet n - n - - smtpd
  -o content_filter= -o myhostname=back.shop.example -o smtpd_tls_security_level=none
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
showq unix n - n - - showq
flush unix n - n 1000? 0 flush
postlog unix-dgram n - n - 1 postlogd
""")

env["MAIL_CONFIG"] = conf

def log():
    try:
        return open(work + "/mail.log", errors="replace").read()
    except OSError:
        return ""

def arrived(n):
    inbox = os.path.join(vmail, "in", "new")
    for _ in range(300):
        if os.path.isdir(inbox) and len(os.listdir(inbox)) >= n:
            break
        time.sleep(0.1)
    return [open(os.path.join(inbox, f), "rb").read() for f in sorted(os.listdir(inbox))] if os.path.isdir(inbox) else []

def parts(mail):
    return [p.get_content() for p in mail.iter_parts()]

weeks = weeks_log("weeks.log", 2)
hostile = path("hostile.log")
with open(hostile, "wb") as f:
    for i, name in enumerate([b"x\r\nBcc: all", b".", b"=_dkimwhy_=--", b"\r\n.\r\nMAIL FROM:<a", b"\xff\x1b[2J"]):
        f.write(b"Nov 24 05:00:01 mx1 opendkim[812]: 3A00000000%d: no signing table match for 'bob@%s'\n" % (i, name.replace(b"\n", b"\\n")))
try:
    started = subprocess.run([postfix, "-c", conf, "start"], capture_output=True, env=env)
    ok(started.returncode == 0, "a Postfix of our own starts", started.stderr.decode() + log())
    base = ["summary", *NONE, "--mail", "postmaster@shop.example"]
    seen = []
    for n, args in enumerate((["--since", "-7d", weeks], ["--since", "-7d", "--lang", "ja", weeks], ["--with-addresses", hostile])):
        sent = run(*base, "--sendmail", sendmail, *args)
        ok(sent.returncode == 1 and not sent.stdout, f"mail {n + 1} is taken", sent.stderr.decode() + log())
        mails = arrived(n + 1)
        new = [m for m in mails if m not in seen]
        seen = mails
        ok(len(new) == 1, f"mail {n + 1} arrives once", log())
        if len(new) != 1:
            continue
        wanted = email.message_from_bytes(run(*base, "--dry-run", *args).stdout, policy=email.policy.default)
        got = email.message_from_bytes(new[0], policy=email.policy.default)
        ok(got["subject"] == wanted["subject"] and parts(got) == parts(wanted) and not got.defects, f"mail {n + 1} is what was sent",
           (got["subject"], wanted["subject"], got.defects))
        ok(all(got[k] == wanted[k] for k in ("to", "date", "message-id", "references", "auto-submitted", "content-language")),
           f"mail {n + 1} keeps its fields")
        ok(got["from"].addresses[0].addr_spec == "root@shop.example" and len(got.get_all("received")) == 2 and
           got["x-original-to"] == "postmaster@shop.example" and got["bcc"] is None, f"mail {n + 1} went by SMTP, to nobody else", got.items())
        ok([p.get_content_type() for p in got.iter_parts()] == ["text/plain", "text/html"], f"mail {n + 1} has two parts")
    ok("status=bounced" not in log() and "status=deferred" not in log() and len(arrived(3)) == 3, "nothing else went anywhere", log())
finally:
    subprocess.run([postfix, "-c", conf, "stop"], capture_output=True, env=env)
done()
