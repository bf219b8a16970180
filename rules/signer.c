#include "rules/signer.h"

#include <string.h>

#define START_WITHIN (5 * INSTANT_SECOND)
#define INCIDENTS_OPEN_MAX 16

/*
 * Postfix had given the milter up and queued the message before OpenDKIM
 * answered: the signature was never taken.
 */
static bool
came_too_late(const struct scene *scene, const struct message *message)
{
	if (!message->queued)
		return false;
	for (size_t i = 0; i < message->nevidence; i++) {
		const struct rule *rule = message->evidence[i].rule;
		struct finding finding = { .rule = rule };

		if (rule != NULL && rule->effect == EFFECT_BROKEN &&
			rule_capture(rule, message->evidence[i].text, finding.captures) &&
			!facts_is_other_milter(scene->facts, finding_get(&finding, "milter")))
			return true;
	}
	return false;
}

static bool
is_known(const struct message *message, struct span selector, struct span domain)
{
	for (size_t i = 0; i < message->nsignatures; i++)
		if (span_eq(message->signatures[i].selector, selector) &&
			span_eq(message->signatures[i].domain, domain))
			return true;
	return false;
}

static void
note_signature(struct message *message, const struct now *now)
{
	struct span selector = now_capture(now, "selector"), domain = now_capture(now, "domain");

	if (!message->late_signature && !is_known(message, selector, domain))
		message_add_signature(message, selector, domain);
}

void
signer_add_signature(struct scene *scene, const struct now *now, struct message *message)
{
	message->late_signature |= came_too_late(scene, message);
	note_signature(message, now);
	facts_add_domain(scene->facts, now_capture(now, "domain"));
	if (message->sasl_username.n == 0)
		facts_add_internal(scene->facts, message->client_ip);
}

void
signer_learn(struct scene *scene, const struct now *now, const struct message *message)
{
	struct host_facts *host = facts_host(scene->facts, message->host);
	const struct rule *rule = now->finding == NULL ? NULL : now->finding->rule;

	host->lines++;
	if (rule == NULL)
		return;
	if (rule->effect == EFFECT_SIGNED)
		host->success++;
	if (rule->effect == EFFECT_REASON && cause_is(rule_cause(rule), CAUSE_UNDER_LOGWHY))
		host->why++;
	if (rule_cause(rule) == CAUSE_EXTERNAL_HOST)
		facts_add_domain(scene->facts, now_capture(now, "author_domain"));
}

/* How well a key's fault fits the key that "error loading key" names. */
static int
fit(const struct evidence *fault, struct span key)
{
	struct span captures[PATTERN_GROUPS_MAX];
	struct finding finding = { .rule = fault->rule };
	static const struct span dk = { "._domainkey.", 12 };
	ptrdiff_t at = span_find(key, dk);
	struct span domain = at < 0 ? key : span_from(key, (size_t)at + dk.n);
	int points = 0;

	if (fault->rule == NULL || !rule_capture(fault->rule, fault->text, captures))
		return 0;
	memcpy(finding.captures, captures, sizeof captures);
	if (span_eq(finding_get(&finding, "key"), key))
		return 4;
	if (domain.n > 0 && span_has(fault->text, domain))
		points += 2;
	if (at > 0 && span_has(fault->text, span_first(key, (size_t)at)))
		points++;
	return points;
}

/* The key's fault that belongs to the line at hand: the one that fits best, the latest of equals. */
static size_t
best_fault(const struct session *session, struct span key)
{
	size_t best = session->nlines;
	int most = -1;

	for (size_t i = session->nlines; i-- > 0;) {
		int points = fit(&session->lines[i], key);

		if (points > most) {
			most = points;
			best = i;
		}
	}
	return best;
}

static void
note_key_fault(struct scene *scene, const struct evidence *fault, struct span key)
{
	struct finding finding = { .rule = fault->rule };
	struct now now = { NULL, &finding, *fault, fault->when, 0 };

	if (rule_capture(fault->rule, fault->text, finding.captures))
		incidents_add_key(scene->incidents,
			scene_note(scene, &now, rule_cause(fault->rule)), key);
}

/* What a line says of the service that would, with a job ID, say it of a message. */
static cause_t
service_cause(const struct rule *rule)
{
	for (size_t i = 0; i < rule->ncauses; i++)
		if (cause_is(rule->causes[i], CAUSE_OF_SERVICE))
			return rule->causes[i];
	return rule_cause(rule);
}

/* "error loading key 'K'": its reason stands in an earlier line of the same process. */
static void
resolve_key_fault(struct scene *scene, const struct now *now, struct session *session,
	struct message *message)
{
	struct span key = now_capture(now, "key");
	struct session *alike =
		session->nlines > 0 ? NULL : sessions_alike(scene->sessions, session);
	size_t i;

	if (alike != NULL)
		session = alike;
	i = key.n == 0 ? session->nlines : best_fault(session, key);

	if (message != NULL)
		message_set(message, &message->key_name, key);
	if (i == session->nlines) {
		if (message == NULL)
			(void)scene_note(scene, now, service_cause(now->finding->rule));
		return;
	}
	note_key_fault(scene, &session->lines[i], key);
	if (message != NULL) {
		session->lines[i].session = true;
		message_add_line(message, &session->lines[i]);
	}
	session_drop_line(session, i);
}

bool
signer_end_faults(struct scene *scene, const struct now *now, struct session *session,
	struct span domain)
{
	bool any;

	if (session->nlines == 0 && !incidents_may_end(scene->incidents, domain))
		return false;
	any = incidents_end_key(scene->incidents, scene->host, now_capture(now, "selector"), domain,
		now->when);

	for (size_t i = session->nlines; i-- > 0;) {
		if (!span_has(session->lines[i].text, domain))
			continue;
		session_drop_line(session, i);
		any = true;
	}
	return any;
}

/*
 * The milter that Postfix could not reach for a message which OpenDKIM saw is
 * another one: what was noted of it is none of our business.
 */
static void
learn_other_milters(struct scene *scene, const struct message *message)
{
	for (size_t i = 0; i < message->nevidence; i++) {
		const struct evidence *line = &message->evidence[i];
		struct finding finding = { .rule = line->rule };
		struct span milter;

		if (line->rule == NULL || line->rule->effect != EFFECT_UNREACHABLE ||
			!rule_capture(line->rule, line->text, finding.captures))
			continue;
		milter = finding_get(&finding, "milter");
		facts_other_milter(scene->facts, milter);
		if (facts_is_other_milter(scene->facts, milter))
			incidents_forget(scene->incidents, message->host, milter);
	}
}

static void
note_author(struct message *message, const struct now *now)
{
	struct span author = now_capture(now, "author");

	message->opendkim = true;
	message_set(message, &message->author, author);
	message_set(message, &message->author_domain,
		author.n > 0 ? address_domain(author) : now_capture(now, "author_domain"));
}

/* What it found out about a signature or the client. */
static void
note_test(struct message *message, const struct now *now)
{
	enum effect effect = now_effect(now);

	if (effect == EFFECT_VERIFY) {
		message_set(message, &message->verified_domain, now_capture(now, "domain"));
		message->verified |=
			span_starts(now->event->text, SPAN("DKIM verification successful"));
	} else if (effect == EFFECT_REASON) {
		message_set(message, &message->client_ip, now_capture(now, "client_ip"));
		if (message->client_name.n == 0)
			message_set(message, &message->client_name,
				now_capture(now, "client_name"));
	}
}

void
signer_note(struct message *message, const struct now *now)
{
	note_author(message, now);
	if (now_effect(now) == EFFECT_SIGNED)
		note_signature(message, now);
	note_test(message, now);
}

static void
on_job(struct scene *scene, const struct now *now, struct session *session)
{
	struct message *message = scene_job(scene, now);
	enum effect effect = now_effect(now);

	if (effect == EFFECT_DEFERS)
		resolve_key_fault(scene, now, session, message);
	if (!message->opendkim && !message->queued)
		learn_other_milters(scene, message);
	scene_keep(scene, message, now);
	signer_learn(scene, now, message);
	note_author(message, now);
	message->context |=
		incidents_end(scene->incidents, scene->host, CAUSE_MILTER_UNREACHABLE, now->when);
	if (effect == EFFECT_SIGNED) {
		signer_add_signature(scene, now, message);
		message->context |=
			signer_end_faults(scene, now, session, now_capture(now, "domain"));
	}
	note_test(message, now);
}

/* The daemon's own life. */

static bool
is_key_fault(const struct evidence *line)
{
	return line->rule != NULL && line->rule->effect == EFFECT_KEY;
}

/* Key faults that no message took up stand for themselves, but for those just before a start. */
static void
settle_key_faults(struct scene *scene, struct session *session, const struct now *start)
{
	for (size_t i = session->nlines; i-- > 0;) {
		const struct evidence *line = &session->lines[i];

		if (!is_key_fault(line))
			continue;
		if (start == NULL || !instant_follows_within(line->when, start->when, START_WITHIN))
			note_key_fault(scene, line, SPAN_NONE);
		session_drop_line(session, i);
	}
}

/* A start without an end before it, after Postfix had lost the milter: it had crashed. */
static void
infer_crash(struct scene *scene, const struct now *now)
{
	struct incident *open[INCIDENTS_OPEN_MAX];
	size_t n = incidents_at(scene->incidents, scene->host, now->when, open, INCIDENTS_OPEN_MAX);

	for (size_t i = 0; i < n; i++) {
		struct evidence line = now->line;

		if (open[i]->cause != CAUSE_MILTER_UNREACHABLE &&
			open[i]->cause != CAUSE_MILTER_ERROR)
			continue;
		line.when = open[i]->first;
		line.rule = NULL;
		incidents_note(scene->incidents, scene->host, CAUSE_DAEMON_CRASH, SPAN_NONE, &line);
		return;
	}
}

/* Did Postfix miss OpenDKIM just before that? The last line of one that was restored may come after it. */
static bool
was_missed(struct incident *const *open, size_t n, int64_t when)
{
	for (size_t i = 0; i < n; i++)
		if ((open[i]->cause == CAUSE_MILTER_UNREACHABLE ||
			    open[i]->cause == CAUSE_MILTER_ERROR) &&
			open[i]->last <= when &&
			instant_follows_within(open[i]->last, when, START_WITHIN))
			return true;
	return false;
}

/*
 * Nothing came of what a start followed within seconds: of a key that the daemon
 * complained of and used all the same (RequireSafeKeys is off), of an end that was a
 * restart, unless Postfix met it.
 */
static bool
is_forgiven(const struct incident *incident, const struct now *now, bool missed)
{
	if (!instant_follows_within(incident->first, now->when, START_WITHIN))
		return false;
	return incident->cause == CAUSE_KEY_STARTUP_ERROR ||
	       (incident->cause == CAUSE_DAEMON_STOPPED && !missed);
}

static void
forgive(struct scene *scene, const struct now *now)
{
	struct incident *open[INCIDENTS_OPEN_MAX];
	size_t n = incidents_at(scene->incidents, scene->host, now->when, open, INCIDENTS_OPEN_MAX);
	struct session *session;
	bool missed = was_missed(open, n, now->when);

	for (size_t i = 0; i < n; i++)
		if (is_forgiven(open[i], now, missed))
			incidents_drop(scene->incidents, open[i]);
	for (session = sessions_newest(scene->sessions); session != NULL; session = session->older)
		if (span_eq(session->host, scene->host))
			settle_key_faults(scene, session, now);
}

static void
on_start(struct scene *scene, const struct now *now)
{
	struct host_facts *host = facts_host(scene->facts, scene->host);

	if (host->running)
		infer_crash(scene, now);
	forgive(scene, now);
	(void)incidents_end(scene->incidents, scene->host, CAUSE_NONE, now->when);
	host->running = true;
}

/* A finding about the service; fragments of messages that lost their queue ID end here, too. */
static void
on_service(struct scene *scene, const struct now *now, struct session *session)
{
	const struct rule *rule = now->finding->rule;

	switch (rule->effect) {
	case EFFECT_KEY:
		session_add_line(session, &now->line);
		return;
	case EFFECT_START:
		on_start(scene, now);
		return;
	case EFFECT_STOP:
	case EFFECT_CRASH:
		facts_host(scene->facts, scene->host)->running = false;
		break;
	case EFFECT_DEFERS:
		resolve_key_fault(scene, now, session, NULL);
		return;
	case EFFECT_NOTE:
	case EFFECT_VERIFY:
	case EFFECT_SIGNED:
	case EFFECT_RELOAD:
		return;
	case EFFECT_REJECTS:
	case EFFECT_POLICY:
		session_add_line(scene_orphans(scene), &now->line);
		break;
	case EFFECT_REASON:
	case EFFECT_UNREACHABLE:
	case EFFECT_BROKEN:
	case EFFECT_FAULT:
	case EFFECT_NO_START:
	case EFFECT_NO_RELOAD:
	case EFFECT_STALL:
	case EFFECT_GAP:
	case EFFECT_COUNT:
		break;
	}
	if (rule->ncauses > 0)
		(void)scene_note(scene, now, rule_cause(rule));
}

void
signer_take_service(struct scene *scene, const struct now *now)
{
	if (now->finding != NULL)
		on_service(scene, now, scene_session(scene, now));
}

void
signer_take(struct scene *scene, const struct now *now)
{
	struct session *session = scene_session(scene, now);

	facts_host(scene->facts, scene->host)->alive++;
	if (now->event->queue_id.n > 0)
		on_job(scene, now, session);
	else if (now->event->unknown_job)
		facts_host(scene->facts, scene->host)->lines++;
	else if (now->finding != NULL)
		on_service(scene, now, session);
}

void
signer_end(struct scene *scene)
{
	struct scene end = *scene; /* of each session's host */
	struct session *session;

	for (session = sessions_newest(scene->sessions); session != NULL;
		session = session->older) {
		end.host = session->host;
		settle_key_faults(&end, session, NULL);
	}
}

static bool
waits(const struct session *session)
{
	for (size_t i = 0; i < session->nlines; i++)
		if (is_key_fault(&session->lines[i]))
			return true;
	return false;
}

struct incidents *
signer_incidents(const struct scene *scene)
{
	struct scene end = *scene;
	struct session *session;

	end.incidents = NULL;
	for (session = sessions_newest(scene->sessions); session != NULL;
		session = session->older) {
		if (!waits(session))
			continue;
		if (end.incidents == NULL)
			end.incidents = incidents_copy(scene->incidents);
		end.host = session->host;
		for (size_t i = session->nlines; i-- > 0;)
			if (is_key_fault(&session->lines[i]))
				note_key_fault(&end, &session->lines[i], SPAN_NONE);
	}
	return end.incidents;
}
