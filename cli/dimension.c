#include "cli/dimension.h"

#include "base/instant.h"
#include "rules/explain.h"

struct span
dimension_domain(const struct message *message)
{
	return message->author_domain.n > 0 ? message->author_domain
	                                    : address_domain(message->sender);
}

/* "app1.service.example [192.0.2.7]", or what there is of it. */
struct span
dimension_client(const struct message *message, struct buf *room)
{
	bool named = message->client_name.n > 0 && !span_eq(message->client_name, SPAN("unknown"));

	if (!named)
		return message->client_ip;
	if (message->client_ip.n == 0)
		return message->client_name;
	buf_reset(room);
	buf_addf(room, "%.*s [%.*s]", SPAN_ARGS(message->client_name),
		SPAN_ARGS(message->client_ip));
	return buf_span(room);
}

static struct span
by_cause(const struct message *message, bool utc, struct buf *room)
{
	(void)utc;
	(void)room;
	return message->verdict.cause == CAUSE_NONE ? span_of(verdict_id(message->verdict.kind))
	                                            : span_of(cause_id(message->verdict.cause));
}

static struct span
by_domain(const struct message *message, bool utc, struct buf *room)
{
	(void)utc;
	(void)room;
	return dimension_domain(message);
}

static struct span
by_client(const struct message *message, bool utc, struct buf *room)
{
	(void)utc;
	return dimension_client(message, room);
}

static struct span
by_login(const struct message *message, bool utc, struct buf *room)
{
	(void)utc;
	(void)room;
	return message->sasl_username;
}

static struct span
by_route(const struct message *message, bool utc, struct buf *room)
{
	(void)utc;
	(void)room;
	return explain_service(message);
}

static struct span
by_selector(const struct message *message, bool utc, struct buf *room)
{
	const struct message *decided = message->verdict.decided;

	(void)utc;
	(void)room;
	return decided != NULL && decided->nsignatures > 0 ? decided->signatures[0].selector
	                                                   : SPAN_NONE;
}

static struct span
by_day(const struct message *message, bool utc, struct buf *room)
{
	struct civil civil;

	if (message->first == INSTANT_NONE)
		return SPAN_NONE;
	instant_civil(message->first, utc, &civil, NULL);
	buf_reset(room);
	buf_addf(room, "%04d-%02d-%02d", civil.year, civil.month, civil.day);
	return buf_span(room);
}

static struct span
by_hour(const struct message *message, bool utc, struct buf *room)
{
	struct civil civil;

	if (by_day(message, utc, room).n == 0)
		return SPAN_NONE;
	instant_civil(message->first, utc, &civil, NULL);
	buf_addf(room, " %02d:00", civil.hour);
	return buf_span(room);
}

/* clang-format off */
static const struct dimension dimensions[] = {
	/* name       heading           for none           time   key */
	{ "cause",    WORD_BY_CAUSE,    WORD_NOT_KNOWN,    false, by_cause },
	{ "domain",   WORD_BY_DOMAIN,   WORD_NOT_KNOWN,    false, by_domain },
	{ "client",   WORD_BY_CLIENT,   WORD_NOT_KNOWN,    false, by_client },
	{ "login",    WORD_BY_LOGIN,    WORD_NO_LOGIN,     false, by_login },
	{ "route",    WORD_BY_ROUTE,    WORD_NOT_KNOWN,    false, by_route },
	{ "selector", WORD_BY_SELECTOR, WORD_NO_SIGNATURE, false, by_selector },
	{ "hour",     WORD_BY_HOUR,     WORD_NOT_KNOWN,    true,  by_hour },
	{ "day",      WORD_BY_DAY,      WORD_NOT_KNOWN,    true,  by_day },
};
/* clang-format on */

const struct dimension *
dimension_get(size_t i)
{
	return i < sizeof dimensions / sizeof *dimensions ? &dimensions[i] : NULL;
}

const struct dimension *
dimension_of(struct span name)
{
	for (size_t i = 0; dimension_get(i) != NULL; i++)
		if (span_eq(name, span_of(dimensions[i].name)))
			return &dimensions[i];
	return NULL;
}
