/* Stories of single messages and of incidents: how lines become a verdict. */
#include "tests/unit/story.h"

/* clang-format off */
static struct story stories[] = {
	{ "a short queue ID that comes back is another message",
		CLIENT("09:00:00", "31", "A1B2C3D4E5") MESSAGE_ID("09:00:00", "41", "A1B2C3D4E5")
			SIGNED("09:00:00", "A1B2C3D4E5") DONE("09:00:01", "A1B2C3D4E5")
				CLIENT("09:30:00", "31", "A1B2C3D4E5") MESSAGE_ID("09:30:00", "41",
					"A1B2C3D4E5") NO_ROW("09:30:00", "A1B2C3D4E5")
					DONE("09:30:01", "A1B2C3D4E5"),
		"A1B2C3D4E5 signed -\nA1B2C3D4E5 unsigned no-signing-table-match\n", NULL, NULL },

	{ "OpenDKIM's line may stand before the client's",
		NO_ROW("09:00:00", "A1B2C3D4E5") CLIENT("09:00:00", "31", "A1B2C3D4E5")
			MESSAGE_ID("09:00:00", "41", "A1B2C3D4E5") DONE("09:00:01", "A1B2C3D4E5"),
		"A1B2C3D4E5 unsigned no-signing-table-match\n", NULL, NULL },

	{ "OpenDKIM may run on another host than Postfix",
		CLIENT("09:00:00", "31", "A1B2C3D4E5") MESSAGE_ID("09:00:00", "41", "A1B2C3D4E5")
			DAY "09:00:00 signer opendkim[812]: A1B2C3D4E5: DKIM-Signature field added "
			    "(s=mail, d=shop.example)\n" DONE("09:00:01", "A1B2C3D4E5"),
		"A1B2C3D4E5 signed -\n", NULL, NULL },

	{ "an incident counts each message once",
		START("08:59:00", "812") CLIENT("08:59:10", "30",
			"A1B2C3D4E4") MESSAGE_ID("08:59:10", "41", "A1B2C3D4E4") SIGNED("08:59:10",
			"A1B2C3D4E4") DONE("08:59:11", "A1B2C3D4E4") CONNECT("09:00:00",
			"31") REFUSED("09:00:00", "31", "inet:localhost:8891") CLIENT("09:00:00",
			"31", "A1B2C3D4E5") MESSAGE_ID("09:00:00", "41", "A1B2C3D4E5")
			DONE("09:00:01", "A1B2C3D4E5") CLIENT("09:30:00", "32", "A1B2C3D4E6")
				MESSAGE_ID("09:30:00", "41", "A1B2C3D4E6") SIGNED("09:30:00",
					"A1B2C3D4E6") DONE("09:30:01", "A1B2C3D4E6"),
		"A1B2C3D4E4 signed -\nA1B2C3D4E5 unsigned milter-unreachable\n"
		"A1B2C3D4E6 signed -\n! milter-unreachable 1\n", NULL, NULL },

	{ "what a key suffered in the morning does not keep the milter out of reach at noon",
		START("08:59:00", "812") CLIENT("09:00:00", "31", "A1B2C3D4E5")
			MESSAGE_ID("09:00:00", "41", "A1B2C3D4E5") UNREADABLE("09:00:00")
				DAY "09:00:00 mx1 opendkim[812]: A1B2C3D4E5: error loading key "
				    "'s2026._domainkey.shop.example'\n"
			DAY "09:00:00 mx1 postfix/cleanup[41]: A1B2C3D4E5: milter-reject: "
			    "END-OF-MESSAGE from pc.shop.example[198.51.100.7]: 4.7.1 Service "
			    "unavailable - try again later; from=<bob@shop.example> "
			    "to=<amy@far.example> proto=ESMTP helo=<pc>\n"
			DAY "12:00:00 mx1 opendkim[812]: OpenDKIM Filter v2.11.0 terminating with "
			    "status 0, errno = 0\n"
			CONNECT("12:30:00", "32") REFUSED("12:30:00", "32", "inet:localhost:8891")
			CLIENT("12:30:00", "32", "A1B2C3D4E6") MESSAGE_ID("12:30:00", "41",
				"A1B2C3D4E6") DONE("12:30:01", "A1B2C3D4E6"),
		"A1B2C3D4E5 deferred key-permission\n"
		"A1B2C3D4E6 unsigned milter-unreachable+daemon-stopped\n"
		"! key-permission 1\n! daemon-stopped 1\n! milter-unreachable 1\n", NULL, NULL },

	{ "a milter out of reach for mail that OpenDKIM saw is another one",
		CONNECT("09:00:00", "31") REFUSED("09:00:00", "31", "inet:127.0.0.1:12345")
			CLIENT("09:00:00", "31", "A1B2C3D4E5") MESSAGE_ID("09:00:00", "41",
				"A1B2C3D4E5") NO_ROW("09:00:00", "A1B2C3D4E5")
				DONE("09:00:01", "A1B2C3D4E5"),
		"A1B2C3D4E5 unsigned no-signing-table-match\n", NULL, NULL },

	{ "a key complained of before a start that succeeds all the same is no incident",
		DAY "09:00:00 mx1 opendkim[811]: /etc/dkim/m.private: key data is not secure: "
		    "/etc/dkim/m.private can be read or written by other users\n" START("09:00:00",
			    "812") CLIENT("09:00:01", "31", "A1B2C3D4E5")
			    MESSAGE_ID("09:00:01", "41", "A1B2C3D4E5")
				    SIGNED("09:00:01", "A1B2C3D4E5") DONE("09:00:01", "A1B2C3D4E5"),
		"A1B2C3D4E5 signed -\n", NULL, NULL },

	{ "a key complained of at a start that fails is one",
		DAY "09:00:00 mx1 opendkim[811]: /etc/dkim/m.private: key data is not secure: "
		    "/etc/dkim/m.private can be read or written by other users\n" START("09:20:00",
			    "812"),
		"! key-startup-error 0\n", NULL, NULL },

	{ "a shortage of memory without a job is the daemon's",
		DAY
		"09:00:00 mx1 opendkim[811]: malloc(): Cannot allocate memory\n" CLIENT("09:00:01",
			"31", "A1B2C3D4E5") MESSAGE_ID("09:00:01", "41", "A1B2C3D4E5")
			SIGNED("09:00:01", "A1B2C3D4E5") DONE("09:00:01", "A1B2C3D4E5"),
		"A1B2C3D4E5 signed -\n! key-startup-error 0\n", NULL, NULL },

	{ "a next hop in the same log decides; it was announced before it was seen",
		CLIENT("09:00:00", "31", "A1B2C3D4E5") MESSAGE_ID("09:00:00", "41", "A1B2C3D4E5")
			ACTIVE("09:00:00", "A1B2C3D4E5") DAY
		"09:00:01 mx1 postfix/smtp[55]: A1B2C3D4E5: to=<amy@far.example>, "
		"relay=mx2[192.0.2.2]:25, delay=1, delays=0/0/0/1, dsn=2.0.0, "
		"status=sent (250 2.0.0 Ok: queued as B1B2C3D4E5)\n" REMOVED("09:00:01",
			"A1B2C3D4E5") DAY
		"09:00:02 mx2 postfix/smtpd[31]: B1B2C3D4E5: client=mx1[192.0.2.1]\n" DAY
		"09:00:02 mx2 postfix/cleanup[41]: B1B2C3D4E5: "
		"message-id=<A1B2C3D4E5@shop.example>\n" DAY
		"09:00:02 mx2 opendkim[9]: B1B2C3D4E5: DKIM-Signature field added (s=mail, "
		"d=shop.example)\n" DAY
		"09:00:03 mx2 postfix/qmgr[77]: B1B2C3D4E5: from=<bob@shop.example>, size=900, "
		"nrcpt=1 (queue active)\n" DAY
		"09:00:04 mx2 postfix/smtp[55]: B1B2C3D4E5: to=<amy@far.example>, "
		"relay=mx.far.example[203.0.113.9]:25, delay=1, delays=0/0/0/1, dsn=2.0.0, "
		"status=sent (250 2.0.0 Ok)\n" DAY
		"09:00:04 mx2 postfix/qmgr[77]: B1B2C3D4E5: removed\n",
		"A1B2C3D4E5 signed -\nB1B2C3D4E5 signed -\n", NULL, NULL },

	{ "another filter's refusal is none of OpenDKIM's causes",
		CLIENT("09:00:00", "31", "A1B2C3D4E5") MESSAGE_ID("09:00:00", "41", "A1B2C3D4E5")
			DAY
		"09:00:01 mx1 postfix/cleanup[41]: A1B2C3D4E5: milter-reject: END-OF-MESSAGE from "
		"pc.shop.example[198.51.100.7]: 5.7.1 Spam message rejected; from=<bob@shop.example> "
		"to=<amy@far.example> proto=ESMTP helo=<pc>\n",
		"A1B2C3D4E5 rejected -\n", NULL, NULL },

	{ "mail that is deferred for days keeps its cause",
		CLIENT("09:00:00", "31", "A1B2C3D4E5") MESSAGE_ID("09:00:00", "41", "A1B2C3D4E5")
			NO_ROW("09:00:00", "A1B2C3D4E5") ACTIVE("09:00:00", "A1B2C3D4E5") DAY
		"09:00:01 mx1 postfix/smtp[55]: A1B2C3D4E5: to=<amy@far.example>, relay=none, delay=1, "
		"delays=0/0/0/1, dsn=4.4.1, status=deferred (connect to mx.far.example: timed out)\n"
		"Nov 27 09:00:01 mx1 postfix/qmgr[77]: A1B2C3D4E5: from=<bob@shop.example>, size=900, "
		"nrcpt=1 (queue active)\n"
		"Nov 27 09:00:02 mx1 postfix/smtp[55]: A1B2C3D4E5: to=<amy@far.example>, "
		"relay=mx.far.example[203.0.113.9]:25, delay=1, delays=0/0/0/1, dsn=2.0.0, "
		"status=sent (250 2.0.0 Ok)\n"
		"Nov 27 09:00:02 mx1 postfix/qmgr[77]: A1B2C3D4E5: removed\n",
		"A1B2C3D4E5 unsigned no-signing-table-match\n", NULL, NULL },

	{ "a client that hung up leaves no message",
		CONNECT("09:00:00", "31") CLIENT("09:00:00", "31", "A1B2C3D4E5")
		DAY "09:00:01 mx1 postfix/submission/smtpd[31]: disconnect from "
		    "pc.shop.example[198.51.100.7]\n"
		CLIENT("09:00:01", "32", "A1B2C3D4E6") MESSAGE_ID("09:00:01", "41", "A1B2C3D4E6")
		SIGNED("09:00:01", "A1B2C3D4E6") DONE("09:00:01", "A1B2C3D4E6"),
		"A1B2C3D4E6 signed -\n", NULL, NULL },

	{ "a paste that ends early leaves one of which nothing is known",
		CLIENT("09:00:00", "31", "A1B2C3D4E5"), "A1B2C3D4E5 unknown -\n", NULL, NULL },

	{ "mail from outside that a filter gives back to localhost is inbound",
		DAY "09:00:00 mx1 postfix/smtpd[31]: A1B2C3D4E5: client=mail.far.example[203.0.113.9]\n"
		MESSAGE_ID("09:00:00", "41", "A1B2C3D4E5")
		DAY "09:00:00 mx1 opendkim[8]: A1B2C3D4E5: mail.far.example [203.0.113.9] not internal\n"
		DAY "09:00:00 mx1 opendkim[8]: A1B2C3D4E5: not authenticated\n"
		DAY "09:00:00 mx1 postfix/qmgr[77]: A1B2C3D4E5: from=<amy@far.example>, size=900, "
		    "nrcpt=1 (queue active)\n"
		DAY "09:00:01 mx1 postfix/smtpd[35]: B1B2C3D4E5: client=localhost[127.0.0.1]\n"
		DAY "09:00:01 mx1 postfix/cleanup[41]: B1B2C3D4E5: message-id=<A1B2C3D4E5@shop.example>\n"
		DAY "09:00:01 mx1 opendkim[8]: B1B2C3D4E5: no signing table match for 'amy@far.example'\n"
		DAY "09:00:01 mx1 postfix/smtp[55]: A1B2C3D4E5: to=<bob@shop.example>, "
		    "relay=127.0.0.1[127.0.0.1]:10024, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent "
		    "(250 2.0.0 from MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 Ok: queued as B1B2C3D4E5)\n"
		REMOVED("09:00:01", "A1B2C3D4E5")
		DAY "09:00:02 mx1 postfix/local[56]: B1B2C3D4E5: to=<bob@shop.example>, relay=local, "
		    "delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (delivered to maildir)\n"
		REMOVED("09:00:02", "B1B2C3D4E5"),
		"A1B2C3D4E5 inbound -\nB1B2C3D4E5 inbound -\n", NULL, NULL },

	{ "a signature that was verified came with mail from elsewhere",
		DAY "09:00:00 mx1 opendkim[8]: A1B2C3D4E5: mail.far.example [203.0.113.9] not internal\n"
		DAY "09:00:00 mx1 opendkim[8]: A1B2C3D4E5: not authenticated\n"
		DAY "09:00:00 mx1 opendkim[8]: A1B2C3D4E5: DKIM verification successful\n",
		"A1B2C3D4E5 inbound -\n", NULL, NULL },

	{ "OpenDKIM's old lines have no colon behind the queue ID",
		DAY "09:00:00 mx1 opendkim[8]: A1B2C3D4E5 no signing domain match for `shop.example'\n"
		DAY "09:00:00 mx1 opendkim[8]: A1B2C3D4E5 no signing subdomain match for `shop.example'\n",
		"A1B2C3D4E5 unsigned no-signing-domain-match+no-signing-subdomain-match\n", NULL, NULL },

	{ "without the subdomain's line a parent domain may have signed",
		DAY "09:00:00 mx1 postfix/pickup[31]: A1B2C3D4E5: uid=0 from=<root>\n"
		MESSAGE_ID("09:00:00", "41", "A1B2C3D4E5")
		DAY "09:00:00 mx1 opendkim[8]: A1B2C3D4E5: no signing domain match for 'mx1.shop.example'\n"
		DONE("09:00:01", "A1B2C3D4E5"),
		"A1B2C3D4E5 unknown -+logging-blind\n", NULL, NULL },

	{ "a line that was written twice is one signature, one way",
		CLIENT("09:00:00", "31", "A1B2C3D4E5") MESSAGE_ID("09:00:00", "41", "A1B2C3D4E5")
		SIGNED("09:00:00", "A1B2C3D4E5") SIGNED("09:00:00", "A1B2C3D4E5")
		DONE("09:00:01", "A1B2C3D4E5"),
		"A1B2C3D4E5 signed -\n", NULL, NULL },

	{ "another filter's refusal of mail from outside leaves it inbound",
		DAY "09:00:00 mx1 postfix/smtpd[31]: A1B2C3D4E5: client=mail.far.example[203.0.113.9]\n"
		MESSAGE_ID("09:00:00", "41", "A1B2C3D4E5")
		DAY "09:00:01 mx1 postfix/cleanup[41]: A1B2C3D4E5: milter-reject: END-OF-MESSAGE from "
		    "mail.far.example[203.0.113.9]: 5.7.1 rejected by DMARC policy for far.example; "
		    "from=<amy@far.example> to=<bob@shop.example> proto=ESMTP helo=<mail>\n",
		"A1B2C3D4E5 inbound -\n", NULL, NULL },

	{ "a key too small is told by the answer alone",
		CLIENT("09:00:00", "31", "A1B2C3D4E5") MESSAGE_ID("09:00:00", "41", "A1B2C3D4E5")
		DAY "09:00:01 mx1 postfix/cleanup[41]: A1B2C3D4E5: milter-reject: END-OF-MESSAGE from "
		    "pc.shop.example[198.51.100.7]: 5.7.0 DKIM signing error; from=<bob@shop.example> "
		    "to=<amy@far.example> proto=ESMTP helo=<pc>\n",
		"A1B2C3D4E5 rejected signing-error+key-too-small\n", NULL, NULL },

	{ "a PID file that is not there yet is no fault",
		DAY "09:00:00 mx1 systemd[1]: opendkim.service: Can't open PID file "
		    "/run/opendkim/opendkim.pid (yet?) after start: No such file or directory\n"
		START("09:00:00", "812"),
		"", NULL, NULL },

	{ "supervisord tells of a configuration that was refused",
		"2026-11-24 09:00:02,538 INFO success: opendkim entered RUNNING state, process has "
		"stayed up for > than 0 seconds (startsecs)\n"
		"2026-11-24 09:00:02,544 INFO exited: opendkim (exit status 78; not expected)\n",
		"! config-error 0\n", NULL, NULL },

	{ "systemd-coredump tells of a crash",
		DAY "09:00:00 mx1 systemd-coredump[2479]: Process 2478 (opendkim) of user 991 dumped "
		    "core.\n",
		"! daemon-crash 0\n", NULL, NULL },

	{ "a key's complaint is tied to its message though its end was cut off",
		DAY "09:00:00 mx1 opendkim[8]: m._domainkey.shop.example' key data is not secure:\n"
		DAY "09:00:00 mx1 opendkim[8]: A1B2C3D4E5: error loading key "
		    "'m._domainkey.shop.example'\n",
		"A1B2C3D4E5 deferred key-insecure\n! key-insecure 1\n", NULL, NULL },

	{ "a delivery alone is a message of which little is known",
		SENT("09:00:01", "A1B2C3D4E5") REMOVED("09:00:02", "A1B2C3D4E5"),
		"A1B2C3D4E5 unknown -\n", NULL, NULL },

	{ "OpenDMARC out of reach is none of our causes",
		START("08:59:00", "8") CONNECT("09:00:00", "31") REFUSED("09:00:00", "31", "inet:localhost:8893")
		CLIENT("09:00:00", "31", "A1B2C3D4E5") MESSAGE_ID("09:00:00", "41", "A1B2C3D4E5")
		DONE("09:00:01", "A1B2C3D4E5"),
		"A1B2C3D4E5 unknown -+logging-blind\n", NULL, NULL },

	{ "a host may be named in short and in full",
		DAY "09:00:00 mx1 opendkim[8]: m._domainkey.shop.example: key data is not secure: "
		    "/etc/dkim/m.private is not owned by the executing uid (0) or the superuser\n"
		DAY "09:00:00 mx1.shop.example opendkim[8]: A1B2C3D4E5: error loading key "
		    "'m._domainkey.shop.example'\n",
		"A1B2C3D4E5 deferred key-insecure\n! key-insecure 1\n", NULL, NULL },

	{ "a line that was cut off still names its cause",
		DAY "09:00:00 mx1 opendkim[8]: m._domainkey.shop.example: key data is not secure: / can "
		    "be read or written by other users\n"
		DAY "09:00:00 mx1 opendkim[8]: A1B2C3D4E5: error loading key 'm._doma\n",
		"A1B2C3D4E5 deferred key-insecure\n! key-insecure 1\n", NULL, NULL },

	{ "a signature is one without its selector, too",
		DAY "09:00:00 mx1 opendkim[8]: A1B2C3D4E5: DKIM-Signature header added\n",
		"A1B2C3D4E5 signed -\n", NULL, NULL },

	{ "the same Message-ID twice by a client that logs in is no filter's doing",
		DAY "09:00:00 mx1 postfix/smtpd[31]: A1B2C3D4E5: client=localhost[127.0.0.1], "
		    "sasl_method=PLAIN, sasl_username=bob\n"
		DAY "09:00:00 mx1 postfix/cleanup[41]: A1B2C3D4E5: message-id=<x@shop.example>\n"
		SIGNED("09:00:00", "A1B2C3D4E5") DONE("09:00:01", "A1B2C3D4E5")
		DAY "09:00:10 mx1 postfix/smtpd[31]: A1B2C3D4E6: client=localhost[127.0.0.1], "
		    "sasl_method=PLAIN, sasl_username=bob\n"
		DAY "09:00:10 mx1 postfix/cleanup[41]: A1B2C3D4E6: message-id=<x@shop.example>\n"
		SIGNED("09:00:10", "A1B2C3D4E6") DONE("09:00:11", "A1B2C3D4E6"),
		"A1B2C3D4E5 signed -\nA1B2C3D4E6 signed -\n", NULL, NULL },

	{ "a signature that Postfix saw being added is one, and is OpenDKIM's own line when there is one",
		CLIENT("09:00:00", "31", "A1B2C3D4E5") MESSAGE_ID("09:00:00", "41", "A1B2C3D4E5")
		DAY "09:00:00 mx1 postfix/cleanup[41]: A1B2C3D4E5: milter-header-info: header "
		    "DKIM-Signature: v=1; d=shop.example from pc.shop.example[198.51.100.7]; "
		    "from=<bob@shop.example> to=<amy@far.example> proto=ESMTP helo=<pc>\n"
		DONE("09:00:01", "A1B2C3D4E5")
		CLIENT("09:01:00", "31", "A1B2C3D4E6") MESSAGE_ID("09:01:00", "41", "A1B2C3D4E6")
		SIGNED("09:01:00", "A1B2C3D4E6")
		DAY "09:01:00 mx1 postfix/cleanup[41]: A1B2C3D4E6: milter-header-info: header "
		    "DKIM-Signature: v=1; d=shop.example from pc.shop.example[198.51.100.7]; "
		    "from=<bob@shop.example> to=<amy@far.example> proto=ESMTP helo=<pc>\n"
		DAY "09:01:00 mx1 postfix/cleanup[41]: A1B2C3D4E6: milter-header-info: header "
		    "X-Other: x from pc.shop.example[198.51.100.7]; from=<bob@shop.example>\n"
		DONE("09:01:01", "A1B2C3D4E6"),
		"A1B2C3D4E5 signed -\nA1B2C3D4E6 signed -\n", NULL, NULL },

	{ "what the agent to other hosts warns of was on its way out",
		CLIENT("09:00:00", "31", "A1B2C3D4E5") MESSAGE_ID("09:00:00", "41", "A1B2C3D4E5")
		NO_ROW("09:00:00", "A1B2C3D4E5") ACTIVE("09:00:01", "A1B2C3D4E5")
		DAY "09:00:02 mx1 postfix/smtp[55]: A1B2C3D4E5: warning: host far.example said: x\n"
		DAY "09:00:02 mx1 postfix/smtp[55]: A1B2C3D4E5: warning: host far.example said: x\n"
		DAY "09:00:02 mx1 postfix/local[56]: A1B2C3D4E5: warning: x\n"
		DAY "09:00:02 mx1 postfix/smtp[55]: A1B2C3D4E9: warning: of none\n",
		"A1B2C3D4E5 unsigned no-signing-table-match\n", NULL, NULL },

	{ "a queue ID that came on three hosts is three messages",
		DAY "09:00:00 mx1 opendkim[8]: A1B2C3D4E5: no signing table match for 'a@x.example'\n"
		DAY "09:00:01 mx2 opendkim[8]: A1B2C3D4E5: no signing table match for 'a@x.example'\n"
		DAY "09:00:02 mx3 opendkim[8]: A1B2C3D4E5: no signing table match for 'a@x.example'\n",
		"A1B2C3D4E5 unsigned no-signing-table-match\n"
		"A1B2C3D4E5 unsigned no-signing-table-match\n"
		"A1B2C3D4E5 unsigned no-signing-table-match\n", NULL, NULL },

	{ "dkim-filter, which OpenDKIM came from, says the same",
		DAY "09:00:00 mx1 dkim-filter[8]: A1B2C3D4E5 external host pc attempted to send as "
		    "shop.example\n",
		"A1B2C3D4E5 unsigned external-host\n", NULL, NULL },

	{ "a restart is no incident",
		START("08:00:00", "8")
		DAY "09:00:00 mx1 opendkim[8]: OpenDKIM Filter v2.11.0 terminating with status 0, "
		    "errno = 0\n" START("09:00:01", "9"),
		"", NULL, NULL },

	{ "an end that lasts is one",
		START("08:00:00", "8")
		DAY "09:00:00 mx1 opendkim[8]: OpenDKIM Filter v2.11.0 terminating with status 0, "
		    "errno = 0\n" START("09:10:01", "9"),
		"! daemon-stopped 0\n", NULL, NULL },
};
/* clang-format on */

int
main(void)
{
	return story_run("gather", stories, sizeof stories / sizeof *stories);
}
