#include "store/filter.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/instant.h"
#include "rules/message.h"

void
filter_init(struct filter *filter)
{
	*filter = (struct filter){ .since = INSTANT_NONE, .until = INSTANT_NONE };
	for (int i = 0; i < VERDICT_COUNT; i++)
		filter->verdicts[i] = true;
	for (int i = 0; i < CAUSE_COUNT; i++)
		filter->causes[i] = true;
}

void
filter_only(struct filter *filter, enum verdict_kind verdict, cause_t cause)
{
	filter_init(filter);
	memset(filter->verdicts, 0, sizeof filter->verdicts);
	memset(filter->causes, 0, sizeof filter->causes);
	filter->verdicts[verdict] = filter->causes[cause] = true;
}

void
filter_clear(struct filter *filter)
{
	free(filter->text);
	filter_init(filter);
}

_Static_assert((int)CAUSE_COUNT >= (int)VERDICT_COUNT, "room for verdicts, too");

/* Take the items' marks into wanted: those that are named, or all others. */
static int
choose(bool *wanted, size_t n, struct span items, bool negated,
	int (*of)(struct span item, struct error *err), struct error *err)
{
	bool named[CAUSE_COUNT] = { false }, unwanted[CAUSE_COUNT] = { false };
	bool any = false;
	struct span item;

	while (span_cut(&items, ',', &item)) {
		bool turned = item.n > 0 && item.p[0] == '!';
		int i;

		if (item.n == 0)
			continue;
		i = of(turned ? span_from(item, 1) : item, err);
		if (i < 0)
			return -1;
		if (turned != negated)
			unwanted[i] = true;
		else
			any = named[i] = true;
	}
	for (size_t i = 0; i < n; i++)
		wanted[i] = wanted[i] && (!any || named[i]) && !unwanted[i];
	return 0;
}

static int
cause_at(struct span item, struct error *err)
{
	cause_t cause = cause_of(item);

	if (cause == CAUSE_NONE && !span_eq(item, SPAN("none")))
		return error_set(err, ERROR_SYNTAX, "there is no cause '%.*s'", SPAN_ARGS(item));
	return cause;
}

static int
verdict_at(struct span item, struct error *err)
{
	enum verdict_kind kind;

	if (!verdict_of(item, &kind))
		return error_set(err, ERROR_SYNTAX, "there is no verdict '%.*s'", SPAN_ARGS(item));
	return (int)kind;
}

/* Each item is a cause that there is. */
static int
check_causes(struct span items, struct error *err)
{
	struct span item;

	while (span_cut(&items, ',', &item))
		if (cause_at(item.n > 0 && item.p[0] == '!' ? span_from(item, 1) : item, err) < 0)
			return -1;
	return 0;
}

static int
add_term(struct filter *filter, enum filter_field field, bool negated, struct span items,
	struct error *err)
{
	if (filter->nterms == FILTER_TERMS_MAX)
		return error_set(err, ERROR_LIMIT, "more than %d words", FILTER_TERMS_MAX);
	filter->terms[filter->nterms++] = (struct filter_term){ field, negated, items };
	return 0;
}

static const struct {
	const char *name;
	enum filter_field field;
} fields[] = {
	{ "domain", FILTER_DOMAIN },
	{ "client", FILTER_CLIENT },
	{ "author", FILTER_AUTHOR },
	{ "login", FILTER_LOGIN },
	{ "id", FILTER_QUEUE_ID },
	{ "host", FILTER_HOST },
	{ "hit", FILTER_HIT },
};

struct reader {
	struct filter *filter;
	int64_t now;
	bool utc;
	struct error *err;
};

static int
read_word(const struct reader *reader, struct span word)
{
	struct filter *filter = reader->filter;
	bool negated = word.n > 1 && word.p[0] == '!';
	struct span value = negated ? span_from(word, 1) : word, name;

	if (span_find_char(value, '=') < 0)
		return add_term(filter, FILTER_TEXT, negated, value, reader->err);
	(void)span_cut(&value, '=', &name);
	if (span_eq(name, SPAN("cause")))
		return choose(filter->causes, CAUSE_COUNT, value, negated, cause_at, reader->err);
	if (span_eq(name, SPAN("verdict")))
		return choose(filter->verdicts, VERDICT_COUNT, value, negated, verdict_at,
			reader->err);
	if (span_eq(name, SPAN("since")))
		return instant_parse(value, reader->now, reader->utc, &filter->since, reader->err);
	if (span_eq(name, SPAN("until")))
		return instant_parse(value, reader->now, reader->utc, &filter->until, reader->err);
	if (span_eq(name, SPAN("hit")) && check_causes(value, reader->err) < 0)
		return -1;
	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
		if (span_eq(name, span_of(fields[i].name)))
			return add_term(filter, fields[i].field, negated, value, reader->err);
	return error_set(reader->err, ERROR_SYNTAX,
		"'%.*s=' is none of cause, verdict, domain, client, author, login, id, host, hit, since, until",
		SPAN_ARGS(name));
}

int
filter_parse(struct filter *filter, struct span text, int64_t now, bool utc, struct error *err)
{
	const struct reader reader = { filter, now, utc, err };
	struct span rest, word;

	filter_init(filter);
	text = span_trim(text);
	if (text.n == 0)
		return 0;
	filter->text = xmalloc(text.n + 1);
	memcpy(filter->text, text.p, text.n);
	filter->text[text.n] = '\0';
	for (rest = span_of(filter->text); span_word(&rest, &word);)
		if (read_word(&reader, word) < 0) {
			filter_clear(filter);
			return -1;
		}
	return 0;
}

static bool
has_nocase(struct span s, struct span needle)
{
	for (size_t at = 0; at + needle.n <= s.n; at++)
		if (span_eq_nocase((struct span){ s.p + at, needle.n }, needle))
			return true;
	return false;
}

static bool
is_anywhere(const struct browse_row *row, struct span item)
{
	const struct span texts[] = { row->queue_id, row->author, row->sender, row->client_name,
		row->client_ip, row->recipient, row->sasl_username, row->host,
		span_of(verdict_id(row->verdict)),
		row->cause == CAUSE_NONE ? SPAN_NONE : span_of(cause_id(row->cause)) };

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		if (has_nocase(texts[i], item))
			return true;
	return false;
}

static bool
fits_item(enum filter_field field, const struct browse_row *row, struct span item)
{
	switch (field) {
	case FILTER_DOMAIN:
		return span_eq_nocase(address_domain(row->author), item) ||
		       span_eq_nocase(address_domain(row->sender), item);
	case FILTER_CLIENT:
		return span_eq_nocase(row->client_ip, item) || has_nocase(row->client_name, item);
	case FILTER_AUTHOR:
		return has_nocase(row->author.n > 0 ? row->author : row->sender, item);
	case FILTER_LOGIN:
		return span_eq_nocase(row->sasl_username, item);
	case FILTER_QUEUE_ID:
		return span_eq(row->queue_id, item);
	case FILTER_HOST:
		return span_eq_nocase(row->host, item);
	case FILTER_HIT:
		return browse_is_hit(row, item);
	case FILTER_TEXT:
		break;
	}
	return is_anywhere(row, item);
}

static bool
fits_term(const struct filter_term *term, const struct browse_row *row)
{
	struct span items = term->items, item;
	bool any = false, wanted = false;

	while (span_cut(&items, ',', &item)) {
		bool turned = item.n > 1 && item.p[0] == '!';
		bool fits = fits_item(term->field, row, turned ? span_from(item, 1) : item);

		if (turned && fits)
			return term->negated;
		any |= !turned;
		wanted |= !turned && fits;
	}
	return (!any || wanted) != term->negated;
}

bool
filter_fits(const struct filter *filter, const struct browse_row *row)
{
	if (!filter->verdicts[row->verdict] || !filter->causes[row->cause] ||
		(filter->since != INSTANT_NONE && row->first < filter->since) ||
		(filter->until != INSTANT_NONE && row->first >= filter->until))
		return false;
	for (size_t i = 0; i < filter->nterms; i++)
		if (!fits_term(&filter->terms[i], row))
			return false;
	return true;
}

bool
filter_fits_sum(const struct filter *filter, enum verdict_kind verdict, cause_t cause,
	struct span domain)
{
	if (!filter->verdicts[verdict] || !filter->causes[cause])
		return false;
	for (size_t i = 0; i < filter->nterms; i++) {
		struct span items = filter->terms[i].items, item;
		bool fits = false;

		if (filter->terms[i].field != FILTER_DOMAIN)
			continue;
		while (span_cut(&items, ',', &item))
			fits |= span_eq_nocase(item, domain);
		if (fits == filter->terms[i].negated)
			return false;
	}
	return true;
}
