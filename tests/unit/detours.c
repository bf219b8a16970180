/*
 * Stories of mail that takes another way: Sendmail's, a queue ID that is met again, mail put back into
 * the queue, clients that leave; and of hosts whose own files say what the log does not.
 */
#include "tests/unit/story.h"

#define MTA(time, text) DAY time " mx1 sm-mta[31]: 3AO98uWq012345: " text "\n"
#define MTA_FROM(time)                                                                             \
	MTA(time, "from=<bob@shop.example>, size=900, class=0, nrcpts=1, "                         \
		  "msgid=<x@shop.example>, proto=ESMTP, daemon=MTA, relay=pc.shop.example "        \
		  "[198.51.100.7]")
#define PICKUP(time, id)                                                                           \
	DAY time " mx1 postfix/pickup[21]: " id ": uid=1000 from=<bob@shop.example>\n"
/* Another message, so that OpenDKIM is known to write its reasons. */
#define HEARD                                                                                      \
	CLIENT("08:00:00", "31", "B1B2C3D4E5")                                                     \
	MESSAGE_ID("08:00:00", "41", "B1B2C3D4E5")                                                 \
	NO_ROW("08:00:00", "B1B2C3D4E5") DONE("08:00:01", "B1B2C3D4E5")
#define ON(host, time, text) DAY time " " host " postfix/" text "\n"

/* clang-format off */
static struct story stories[] = {
	{ "Sendmail says in one line what Postfix says in three",
		MTA_FROM("09:00:00")
		DAY "09:00:00 mx1 opendkim[8]: 3AO98uWq012345: no signing table match for "
		    "'bob@shop.example'\n"
		MTA("09:00:01", "to=<amy@far.example>, delay=00:00:01, xdelay=00:00:01, mailer=esmtp, "
			"pri=120900, relay=mx.far.example. [203.0.113.9], dsn=2.0.0, stat=Sent (ok)"),
		"3AO98uWq012345 unsigned no-signing-table-match\n", NULL, NULL },

	{ "Sendmail's mail that waits has gone unsigned all the same",
		MTA_FROM("09:00:00")
		DAY "09:00:00 mx1 opendkim[8]: 3AO98uWq012345: no signing table match for "
		    "'bob@shop.example'\n"
		MTA("09:00:01", "to=<amy@far.example>, delay=00:00:01, xdelay=00:00:01, mailer=esmtp, "
			"pri=120900, relay=mx.far.example. [203.0.113.9], dsn=4.0.0, "
			"stat=Deferred: Connection refused by mx.far.example."),
		"3AO98uWq012345 unsigned no-signing-table-match\n", NULL, NULL },

	{ "a recipient that Postfix refuses leaves no message behind",
		CONNECT("09:00:00", "31") CLIENT("09:00:00", "31", "A1B2C3D4E5")
		DAY "09:00:00 mx1 postfix/submission/smtpd[31]: A1B2C3D4E5: reject: RCPT from "
		    "pc.shop.example[198.51.100.7]: 554 5.7.1 <amy@far.example>: Relay access denied; "
		    "from=<bob@shop.example> to=<amy@far.example> proto=ESMTP helo=<pc>\n"
		DAY "09:00:01 mx1 postfix/submission/smtpd[31]: disconnect from "
		    "pc.shop.example[198.51.100.7] ehlo=1 quit=1\n",
		"", NULL, NULL },

	{ "a refusal of mail that is not in the log tells nothing",
		DAY "09:00:00 mx1 postfix/submission/smtpd[31]: A1B2C3D4E5: reject: RCPT from "
		    "pc.shop.example[198.51.100.7]: 554 5.7.1 <amy@far.example>: Relay access denied; "
		    "from=<bob@shop.example> to=<amy@far.example> proto=ESMTP helo=<pc>\n",
		"", NULL, NULL },

	{ "a client that is silent for too long leaves no message",
		CONNECT("09:00:00", "31") CLIENT("09:00:00", "31", "A1B2C3D4E5")
		DAY "09:05:00 mx1 postfix/submission/smtpd[31]: timeout after DATA (0 bytes) from "
		    "pc.shop.example[198.51.100.7]\n"
		DAY "09:05:00 mx1 postfix/submission/smtpd[31]: disconnect from "
		    "pc.shop.example[198.51.100.7] ehlo=1 mail=1 rcpt=1 data=0/1\n",
		"", NULL, NULL },

	{ "a client whose connection breaks leaves no message",
		CONNECT("09:00:00", "31") CLIENT("09:00:00", "31", "A1B2C3D4E5")
		DAY "09:00:10 mx1 postfix/submission/smtpd[31]: lost connection after RCPT from "
		    "pc.shop.example[198.51.100.7]\n"
		DAY "09:00:10 mx1 postfix/submission/smtpd[31]: disconnect from "
		    "pc.shop.example[198.51.100.7] ehlo=1 mail=1 rcpt=1\n",
		"", NULL, NULL },

	{ "a next hop in the same log decides; it was seen before it was announced",
		CLIENT("09:00:00", "31", "A1B2C3D4E5") MESSAGE_ID("09:00:00", "41", "A1B2C3D4E5")
		ACTIVE("09:00:00", "A1B2C3D4E5")
		ON("mx2", "09:00:01", "smtpd[31]: B1B2C3D4E5: client=mx1[192.0.2.1]")
		ON("mx2", "09:00:01", "cleanup[41]: B1B2C3D4E5: message-id=<A1B2C3D4E5@shop.example>")
		DAY "09:00:01 mx2 opendkim[9]: B1B2C3D4E5: DKIM-Signature field added (s=mail, "
		    "d=shop.example)\n"
		ON("mx1", "09:00:01", "smtp[55]: A1B2C3D4E5: to=<amy@far.example>, "
			"relay=mx2[192.0.2.2]:25, delay=1, delays=0/0/0/1, dsn=2.0.0, "
			"status=sent (250 2.0.0 Ok: queued as B1B2C3D4E5)")
		REMOVED("09:00:01", "A1B2C3D4E5")
		ON("mx2", "09:00:02", "qmgr[77]: B1B2C3D4E5: from=<bob@shop.example>, size=900, "
			"nrcpt=1 (queue active)")
		ON("mx2", "09:00:02", "smtp[55]: B1B2C3D4E5: to=<amy@far.example>, "
			"relay=mx.far.example[203.0.113.9]:25, delay=1, delays=0/0/0/1, dsn=2.0.0, "
			"status=sent (250 2.0.0 Ok)")
		ON("mx2", "09:00:02", "qmgr[77]: B1B2C3D4E5: removed"),
		"A1B2C3D4E5 signed -\nB1B2C3D4E5 signed -\n", NULL, NULL },

	{ "the far side's queue ID may be one of ours by chance",
		CLIENT("09:00:00", "31", "B1B2C3D4E5") MESSAGE_ID("09:00:00", "41", "B1B2C3D4E5")
		SIGNED("09:00:00", "B1B2C3D4E5") ACTIVE("09:00:00", "B1B2C3D4E5")
		CLIENT("09:00:01", "31", "A1B2C3D4E5") MESSAGE_ID("09:00:01", "41", "A1B2C3D4E5")
		NO_ROW("09:00:01", "A1B2C3D4E5") ACTIVE("09:00:01", "A1B2C3D4E5")
		ON("mx1", "09:00:02", "smtp[55]: A1B2C3D4E5: to=<amy@far.example>, "
			"relay=mx.far.example[203.0.113.9]:25, delay=1, delays=0/0/0/1, dsn=2.0.0, "
			"status=sent (250 2.0.0 Ok: queued as B1B2C3D4E5)")
		REMOVED("09:00:02", "A1B2C3D4E5"),
		"B1B2C3D4E5 signed -\nA1B2C3D4E5 unsigned no-signing-table-match\n", NULL, NULL },

	{ "the far side's queue ID may be the message's own",
		CLIENT("09:00:01", "31", "A1B2C3D4E5") MESSAGE_ID("09:00:01", "41", "A1B2C3D4E5")
		NO_ROW("09:00:01", "A1B2C3D4E5") ACTIVE("09:00:01", "A1B2C3D4E5")
		ON("mx1", "09:00:02", "smtp[55]: A1B2C3D4E5: to=<amy@far.example>, "
			"relay=mx.far.example[203.0.113.9]:25, delay=1, delays=0/0/0/1, dsn=2.0.0, "
			"status=sent (250 2.0.0 Ok: queued as A1B2C3D4E5)")
		REMOVED("09:00:02", "A1B2C3D4E5"),
		"A1B2C3D4E5 unsigned no-signing-table-match\n", NULL, NULL },

	{ "a refused message that is sent again is another try, and one a day later another message",
		CLIENT("09:00:00", "31", "A1B2C3D4E5")
		DAY "09:00:00 mx1 postfix/cleanup[41]: A1B2C3D4E5: message-id=<x@shop.example>\n"
		DAY "09:00:01 mx1 postfix/cleanup[41]: A1B2C3D4E5: milter-reject: END-OF-MESSAGE from "
		    "pc.shop.example[198.51.100.7]: 4.7.1 Service unavailable - try again later; "
		    "from=<bob@shop.example> to=<amy@far.example> proto=ESMTP helo=<pc>\n"
		"Nov 27 09:00:00 mx1 postfix/submission/smtpd[31]: A1B2C3D4E6: "
		"client=pc.shop.example[198.51.100.7], sasl_method=PLAIN, sasl_username=bob\n"
		"Nov 27 09:00:00 mx1 postfix/cleanup[41]: A1B2C3D4E6: message-id=<x@shop.example>\n"
		"Nov 27 09:00:00 mx1 opendkim[812]: A1B2C3D4E6: DKIM-Signature field added (s=mail, "
		"d=shop.example)\n"
		"Nov 27 09:00:01 mx1 postfix/qmgr[77]: A1B2C3D4E6: from=<bob@shop.example>, size=900, "
		"nrcpt=1 (queue active)\n",
		"A1B2C3D4E5 deferred -+logging-blind\nA1B2C3D4E6 signed -\n", NULL, NULL },

	{ "mail put back into the queue may carry a signature that the log does not show",
		DAY "09:00:00 mx1 postfix/pickup[21]: A1B2C3D4E6: uid=89 from=<bob@shop.example> "
		    "orig_id=A1B2C3D4E5\n"
		MESSAGE_ID("09:00:00", "41", "A1B2C3D4E6") DONE("09:00:01", "A1B2C3D4E6"),
		"A1B2C3D4E6 unknown -+requeued-unfiltered\n", NULL, NULL },

	{ "OpenDKIM complains of somebody else's signature: nothing of ours failed",
		CLIENT("09:00:00", "31", "A1B2C3D4E5") MESSAGE_ID("09:00:00", "41", "A1B2C3D4E5")
		DAY "09:00:01 mx1 postfix/cleanup[41]: A1B2C3D4E5: milter-reject: END-OF-MESSAGE from "
		    "pc.shop.example[198.51.100.7]: 5.7.0 bad DKIM signature data; "
		    "from=<bob@shop.example> to=<amy@far.example> proto=ESMTP helo=<pc>\n",
		"A1B2C3D4E5 rejected -\n", NULL, NULL },

	{ "mail that is held has not been refused",
		CLIENT("09:00:00", "31", "A1B2C3D4E5") MESSAGE_ID("09:00:00", "41", "A1B2C3D4E5")
		DAY "09:00:01 mx1 postfix/cleanup[41]: A1B2C3D4E5: milter-hold: END-OF-MESSAGE from "
		    "pc.shop.example[198.51.100.7]: milter triggers HOLD action; "
		    "from=<bob@shop.example> to=<amy@far.example> proto=ESMTP helo=<pc>\n"
		SIGNED("09:00:01", "A1B2C3D4E5") DONE("10:00:00", "A1B2C3D4E5"),
		"A1B2C3D4E5 signed -\n", NULL, NULL },

	{ "another signer in the log of a host that has no OpenDKIM",
		CLIENT("09:00:00", "31", "A1B2C3D4E5") MESSAGE_ID("09:00:00", "41", "A1B2C3D4E5")
		DAY "09:00:00 mx1 rspamd[9]: <a1b2c3>; proxy; rspamd_task_write_log: id: "
		    "<A1B2C3D4E5@shop.example>, qid: <A1B2C3D4E5>, ip: 198.51.100.7, "
		    "[DKIM_SIGNED(0.00){shop.example:s=mail}]\n"
		DONE("09:00:01", "A1B2C3D4E5"),
		"A1B2C3D4E5 unknown -+other-signer\n", NULL, NULL },

	{ "main.cf names no milter for mail that is submitted on the host",
		HEARD PICKUP("09:00:00", "A1B2C3D4E5")
		MESSAGE_ID("09:00:00", "41", "A1B2C3D4E5") DONE("09:00:01", "A1B2C3D4E5"),
		"B1B2C3D4E5 unsigned no-signing-table-match\n"
		"A1B2C3D4E5 unsigned milter-not-consulted\n",
		NULL, "smtpd_milters = inet:localhost:8891\n" },

	{ "the tables on the disk say what the log does not",
		HEARD PICKUP("09:00:00", "A1B2C3D4E5")
		MESSAGE_ID("09:00:00", "41", "A1B2C3D4E5") DONE("09:00:01", "A1B2C3D4E5"),
		"B1B2C3D4E5 unsigned no-signing-table-match\n"
		"A1B2C3D4E5 unsigned no-signing-domain-match\n",
		"Domain other.example\nKeyFile /k\nSelector mail\n",
		"non_smtpd_milters = inet:localhost:8891\n" },

	{ "what would be signed by the files is not called signed",
		HEARD PICKUP("09:00:00", "A1B2C3D4E5")
		MESSAGE_ID("09:00:00", "41", "A1B2C3D4E5") DONE("09:00:01", "A1B2C3D4E5"),
		"B1B2C3D4E5 unsigned no-signing-table-match\n"
		"A1B2C3D4E5 unknown -+logging-blind\n",
		"Domain shop.example\nKeyFile /k\nSelector mail\n",
		"non_smtpd_milters = inet:localhost:8891\n" },

	{ "an OpenDKIM that only verifies signs nothing, whatever it complains of",
		CLIENT("09:00:00", "31", "A1B2C3D4E5") MESSAGE_ID("09:00:00", "41", "A1B2C3D4E5")
		NO_ROW("09:00:00", "A1B2C3D4E5") DONE("09:00:01", "A1B2C3D4E5"),
		"A1B2C3D4E5 unsigned verify-only+no-signing-table-match\n", "Mode v\n", NULL },

	{ "a bounce from outside for somebody here is inbound, and one that goes on is not told",
		DAY "09:00:00 mx1 postfix/smtpd[31]: A1B2C3D4E5: client=mail.far.example[203.0.113.9]\n"
		MESSAGE_ID("09:00:00", "41", "A1B2C3D4E5")
		DAY "09:00:00 mx1 postfix/qmgr[77]: A1B2C3D4E5: from=<>, size=900, nrcpt=1 (queue active)\n"
		DAY "09:00:01 mx1 postfix/local[56]: A1B2C3D4E5: to=<bob@shop.example>, relay=local, "
		    "delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (delivered to maildir)\n"
		REMOVED("09:00:01", "A1B2C3D4E5")
		DAY "09:01:00 mx1 postfix/smtpd[31]: A1B2C3D4E6: client=mail.far.example[203.0.113.9]\n"
		MESSAGE_ID("09:01:00", "41", "A1B2C3D4E6")
		DAY "09:01:00 mx1 postfix/qmgr[77]: A1B2C3D4E6: from=<>, size=900, nrcpt=1 (queue active)\n"
		SENT("09:01:01", "A1B2C3D4E6") REMOVED("09:01:01", "A1B2C3D4E6"),
		"A1B2C3D4E5 inbound -\nA1B2C3D4E6 unknown -\n", NULL, NULL },
};
/* clang-format on */

int
main(void)
{
	return story_run("detours", stories, sizeof stories / sizeof *stories);
}
